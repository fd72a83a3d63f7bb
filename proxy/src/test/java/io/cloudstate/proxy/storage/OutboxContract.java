package io.cloudstate.proxy.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.storage.journal.EventStore;
import io.cloudstate.proxy.storage.journal.EventWrite;
import io.cloudstate.proxy.storage.outbox.Outbox;
import io.cloudstate.proxy.storage.outbox.OutgoingReply;
import io.cloudstate.proxy.storage.store.ValueKey;
import io.cloudstate.proxy.storage.store.ValueStore;
import io.cloudstate.proxy.storage.store.ValueWrite;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What every outbox keeps of its promises. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class OutboxContract {

  protected abstract EventStore events();

  protected abstract ValueStore values();

  protected abstract Outbox outbox();

  @BeforeEach
  void empty() {
    result(outbox().remove(numbers(all())));
  }

  @Test
  void replyIsStoredWithItsEvents() {
    var metadata =
        new Metadata(
            List.of(
                new Metadata.Entry.Text("ce-id", "ä"),
                new Metadata.Entry.Binary("b-bin", ByteString.copyFromUtf8("b")),
                new Metadata.Entry.Text("ce-id", "")));
    var reply = new OutgoingReply("topic", "com.example.Service", "key", payload("x"), metadata);
    assertThat(append("stored", 1, 3, reply)).isTrue();
    assertThat(append("stored", 4, 1, null)).isTrue();
    var stored = all();
    assertThat(stored).hasSize(1);
    assertThat(stored.get(0).id()).isEqualTo("stored/3");
    assertThat(stored.get(0).reply())
        .isEqualTo(
            new OutgoingReply(
                "topic",
                "com.example.Service",
                "key",
                payload("x"),
                new Metadata(
                    List.of(
                        new Metadata.Entry.Text("ce-id", "ä"),
                        new Metadata.Entry.Text("ce-id", "")))));
    assertThat(result(events().lastSequence("stored"))).isEqualTo(4);
  }

  @Test
  void replyOfAWriterThatWasFencedIsNotStored() {
    assertThat(append("fenced", 1, 1, null)).isTrue();
    assertThat(append("fenced", 1, 1, reply("lost"))).isFalse();
    assertThat(all()).isEmpty();
  }

  @Test
  void fencedWriterHarmsNoOtherThatIsWrittenWithIt() {
    assertThat(append("first", 1, 1, null)).isTrue();
    var writes =
        IntStream.range(0, 50)
            .mapToObj(
                n ->
                    n % 5 == 0
                        ? write("first", 1, 1, reply("no"))
                        : write("w" + n, 1, 1, reply("" + n)))
            .map(events()::append)
            .toList();
    var written = writes.stream().filter(OutboxContract::result).count();
    assertThat(written).isEqualTo(40);
    assertThat(all()).hasSize(40).noneMatch(entry -> entry.reply().key().equals("no"));
  }

  @Test
  void oldestComeFirstAndWhatIsRemovedDoesNotComeAgain() {
    for (var n = 1; n <= 5; n++) {
      assertThat(append("order", n, 1, reply("" + n))).isTrue();
    }
    var oldest = result(outbox().oldest(2));
    assertThat(oldest).extracting(Outbox.Entry::id).containsExactly("order/1", "order/2");
    assertThat(result(outbox().size())).isEqualTo(5L);
    result(outbox().remove(numbers(oldest)));
    assertThat(all()).extracting(Outbox.Entry::id).containsExactly("order/3", "order/4", "order/5");
  }

  @Test
  void replyIsStoredWithItsValueUnderTheEntitysKeyAndRevision() {
    assertThat(write("stored", 0, reply("a"))).isTrue();
    assertThat(write("stored", 1, null)).isTrue();
    assertThat(write("stored", 2, reply("b"))).isTrue();
    assertThat(all()).extracting(Outbox.Entry::id).containsExactly("stored/1", "stored/3");
    assertThat(all()).extracting(Outbox.Entry::reply).containsExactly(reply("a"), reply("b"));
    assertThat(result(values().read(key("stored"))).revision()).isEqualTo(3);
  }

  @Test
  void fencedValueStoresNoReplyAndHarmsNoOtherThatIsWrittenWithIt() {
    assertThat(write("first", 0, null)).isTrue();
    var writes =
        IntStream.range(0, 50)
            .mapToObj(
                n ->
                    n % 5 == 0
                        ? new ValueWrite(key("first"), 0, payload("no"), reply("no"))
                        : new ValueWrite(key("v" + n), 0, payload("yes"), reply("" + n)))
            .map(values()::write)
            .toList();
    var written = writes.stream().filter(OutboxContract::result).count();
    assertThat(written).isEqualTo(40);
    assertThat(all()).hasSize(40).noneMatch(entry -> entry.reply().key().equals("no"));
  }

  @Test
  void longestKeyOfAValueHasAnIdToo() {
    var longest = "k".repeat(ValueKey.MAX_LENGTH);
    var write = new ValueWrite(new ValueKey(longest, longest), 0, payload("x"), reply("x"));
    assertThat(result(values().write(write))).isTrue();
    assertThat(all()).extracting(Outbox.Entry::id).containsExactly(longest + "/1");
  }

  @Test
  void whoeverPublishesIsToldOfEachReply() {
    var told = new AtomicInteger();
    outbox().whenWritten(told::incrementAndGet);
    append("told", 1, 1, reply("x"));
    append("told", 2, 1, null);
    append("told", 1, 1, reply("fenced"));
    assertThat(told).hasValue(1);
    write("told", 0, reply("y"));
    write("told", 1, null);
    write("told", 0, reply("fenced"));
    assertThat(told).hasValue(2);
  }

  private boolean write(String entity, long expectedRevision, @Nullable OutgoingReply reply) {
    return result(
        values().write(new ValueWrite(key(entity), expectedRevision, payload("v"), reply)));
  }

  private static ValueKey key(String entity) {
    return new ValueKey("outbox-values", entity);
  }

  private List<Outbox.Entry> all() {
    return result(outbox().oldest(1000));
  }

  private static List<Long> numbers(List<Outbox.Entry> entries) {
    return entries.stream().map(Outbox.Entry::number).toList();
  }

  private boolean append(
      String entity, long firstSequence, int events, @Nullable OutgoingReply reply) {
    return result(events().append(write(entity, firstSequence, events, reply)));
  }

  private static EventWrite write(
      String entity, long firstSequence, int events, @Nullable OutgoingReply reply) {
    var payloads = IntStream.range(0, events).mapToObj(n -> payload("event " + n)).toList();
    return new EventWrite(entity, firstSequence, payloads, reply);
  }

  private static OutgoingReply reply(String key) {
    return new OutgoingReply("topic", "service", key, payload(key), Metadata.EMPTY);
  }

  private static Payload payload(String text) {
    return new Payload("type.googleapis.com/test.Item", ByteString.copyFromUtf8(text));
  }

  private static <T> T result(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }
}
