package io.cloudstate.proxy.storage;

import static io.cloudstate.proxy.storage.StoreNode.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.storage.StoreNode.Writer;
import io.cloudstate.proxy.storage.journal.JournalStore;
import io.cloudstate.proxy.storage.journal.JournalWriter.Fenced;
import io.cloudstate.proxy.storage.journal.JournalWriter.Ready;
import io.cloudstate.proxy.storage.journal.JournalWriter.Result;
import io.cloudstate.proxy.storage.journal.JournalWriter.Stop;
import io.cloudstate.proxy.storage.journal.JournalWriter.Write;
import io.cloudstate.proxy.storage.journal.JournalWriter.Written;
import io.cloudstate.proxy.storage.journal.StoredEvent;
import io.cloudstate.proxy.storage.journal.StoredSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What every store keeps of the promises of the journal. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class EventJournalContract {

  private static final Duration SOON = Duration.ofSeconds(10);

  protected StoreNode node;

  /** Opens the store; always the same one. */
  protected abstract JournalStore open();

  @BeforeAll
  void start() {
    node = new StoreNode(open());
  }

  @AfterAll
  void stop() {
    node.close();
  }

  protected static Payload payload(String text) {
    return new Payload("type.googleapis.com/test.Item", ByteString.copyFromUtf8(text));
  }

  protected static Payload ofSize(int bytes) {
    return new Payload("type.googleapis.com/test.Blob", ByteString.copyFrom(new byte[bytes]));
  }

  protected static List<StoredEvent> numbered(long from, Payload... payloads) {
    return IntStream.range(0, payloads.length)
        .mapToObj(i -> new StoredEvent(from + i, payloads[i]))
        .toList();
  }

  @Test
  void nothingIsStoredOfAnEntityThatNeverWrote() {
    node.writer("never", 0);
    assertThat(node.allEvents("never")).isEmpty();
    assertThat(node.latestSnapshot("never")).isEmpty();
  }

  @Test
  void eventsComeBackInOrderWithTheirTypeUrls() {
    var writer = node.writer("order", 0);
    var untyped = new Payload("", ByteString.copyFromUtf8("untyped"));
    writer.write(0, null, payload("a"), payload("b"), payload("c"));
    writer.write(3, null, untyped);
    writer.write(4, null, payload("e"));
    assertThat(node.allEvents("order"))
        .isEqualTo(numbered(1, payload("a"), payload("b"), payload("c"), untyped, payload("e")));
  }

  @Test
  void pagesAreLimitedByCount() {
    var all = IntStream.range(0, 10).mapToObj(i -> payload("" + i)).toArray(Payload[]::new);
    node.writer("count", 0).write(0, null, all);
    assertThat(result(node.events().page("count", 4, 3, 1_000_000)))
        .isEqualTo(numbered(4, all[3], all[4], all[5]));
    assertThat(result(node.events().page("count", 9, 3, 1_000_000))).hasSize(2);
    assertThat(result(node.events().page("count", 11, 3, 1_000_000))).isEmpty();
  }

  @Test
  void pagesAreLimitedByBytesButNeverEmptyForIt() {
    node.writer("bytes", 0).write(0, null, ofSize(400), ofSize(400), ofSize(400), ofSize(400));
    assertThat(result(node.events().page("bytes", 1, 100, 1000))).hasSize(2);
    assertThat(result(node.events().page("bytes", 1, 100, 1200))).hasSize(3);
    assertThat(result(node.events().page("bytes", 1, 100, 10))).hasSize(1);
  }

  @Test
  void snapshotIsStoredUnderTheLastEventAndTheNewestWins() {
    var writer = node.writer("snapshot", 0);
    writer.write(0, payload("state 2"), payload("a"), payload("b"));
    await()
        .atMost(SOON)
        .until(
            () ->
                node.latestSnapshot("snapshot")
                    .filter(new StoredSnapshot(2, payload("state 2"))::equals)
                    .isPresent());
    writer.write(2, null, payload("c"));
    writer.write(3, payload("state 4"), payload("d"));
    writer.write(4, null, payload("e"));
    await()
        .atMost(SOON)
        .until(
            () ->
                node.latestSnapshot("snapshot")
                    .filter(new StoredSnapshot(4, payload("state 4"))::equals)
                    .isPresent());
    assertThat(node.allEvents("snapshot")).hasSize(5);
  }

  @Test
  void anotherExpectedSequenceIsFencedAndNothingWritten() {
    var writer = node.writer("expected", 0);
    writer.write(0, null, payload("a"));
    writer.send(0, payload("not saved"), payload("not written"));
    writer.results().expectMessage(new Fenced(1, 0));
    writer.send(2, null, payload("not written"));
    writer.results().expectMessage(new Fenced(1, 2));
    writer.write(1, null, payload("b"));
    assertThat(node.allEvents("expected")).isEqualTo(numbered(1, payload("a"), payload("b")));
    assertThat(node.latestSnapshot("expected")).isEmpty();
  }

  @Test
  void ofTwoWritersOneWinsAndTheOtherFails() {
    for (var round = 0; round < 10; round++) {
      var id = "two-" + round;
      var results = node.kit().<Result>createTestProbe();
      var first = node.writer(id, 0);
      var second = node.writer(id, 0);
      var one = new Writer(first.ref(), results);
      var other = new Writer(second.ref(), results);
      first.send(0, null, payload("first 1"), payload("first 2"));
      second.send(0, null, payload("second 1"), payload("second 2"));
      var stored = awaitEvents(id, 2);
      var firstWon = stored.get(0).payload().equals(payload("first 1"));
      var winner = firstWon ? first : second;
      var loser = firstWon ? other : one;
      winner.results().expectMessage(new Written(2));
      results.expectTerminated(loser.ref(), SOON);
      assertThat(stored)
          .isEqualTo(
              firstWon
                  ? numbered(1, payload("first 1"), payload("first 2"))
                  : numbered(1, payload("second 1"), payload("second 2")));
      winner.write(2, null, payload("on"));
    }
  }

  @Test
  void overlappingBatchIsRefusedAsAWhole() {
    var late = node.writer("overlap", 0);
    var early = node.writer("overlap", 0);
    early.write(0, null, payload("a"));
    late.send(0, payload("not saved"), payload("x"), payload("y"), payload("z"));
    late.results().expectTerminated(late.ref(), SOON);
    assertThat(node.allEvents("overlap")).isEqualTo(numbered(1, payload("a")));
    assertThat(node.latestSnapshot("overlap")).isEmpty();
    node.writer("overlap", 1).write(1, null, payload("b"));
  }

  @Test
  void newWriterContinuesWhereTheLastStopped() {
    var first = node.writer("continue", 0);
    first.send(0, payload("state"), payload("a"), payload("b"));
    first.ref().tell(Stop.INSTANCE);
    first.results().expectMessage(new Written(2));
    first.results().expectTerminated(first.ref(), SOON);
    var second = node.writer("continue", 2);
    second.write(2, null, payload("c"));
    assertThat(node.allEvents("continue"))
        .isEqualTo(numbered(1, payload("a"), payload("b"), payload("c")));
  }

  @Test
  void writeBeforeReadyIsAnsweredAfterIt() {
    var writer = node.startWriter("eager");
    writer.send(0, null, payload("a"));
    writer.results().expectMessage(new Ready(0));
    writer.results().expectMessage(new Written(1));
  }

  @Test
  void emptyAndLargeValuesComeBackAsTheyWere() {
    var empty = new Payload("type.googleapis.com/test.Empty", ByteString.EMPTY);
    var bytes = new byte[5 * 1024 * 1024];
    IntStream.range(0, bytes.length).forEach(i -> bytes[i] = (byte) (i * 31));
    var large = new Payload("type.googleapis.com/test.Blob", ByteString.copyFrom(bytes));
    node.writer("values", 0).write(0, large, empty, large, empty);
    assertThat(node.allEvents("values")).isEqualTo(numbered(1, empty, large, empty));
    await().atMost(SOON).until(() -> node.latestSnapshot("values").isPresent());
    assertThat(node.latestSnapshot("values")).contains(new StoredSnapshot(3, large));
  }

  @Test
  void keysMayHoldAnything() {
    for (var id :
        List.of("carts|a|b", "carts|Größe ☃ 𝄞", "carts|'; --", "carts| ", "carts|%_\\")) {
      node.writer(id, 0).write(0, null, payload(id));
      assertThat(node.allEvents(id)).isEqualTo(numbered(1, payload(id)));
      node.writer(id, 1);
    }
  }

  @Test
  void manyEntitiesWriteAtOnce() {
    var entities = 1000;
    var rounds = 3;
    var writers = new ArrayList<Writer>();
    var results = node.kit().<Result>createTestProbe();
    for (var i = 0; i < entities; i++) {
      writers.add(node.startWriter("many-" + i));
    }
    for (var round = 0; round < rounds; round++) {
      var expected = 2L * round;
      writers.forEach(
          w -> w.ref().tell(new Write(expected, List.of(payload("x"), payload("y")), null)));
    }
    for (var writer : writers) {
      writer.results().expectMessage(SOON, new Ready(0));
      writer.results().expectMessage(SOON, new Written(2));
      writer.results().expectMessage(SOON, new Written(4));
      writer.results().expectMessage(SOON, new Written(6));
      writer.ref().tell(Stop.INSTANCE);
    }
    writers.forEach(w -> results.expectTerminated(w.ref(), SOON));
    for (var i = 0; i < entities; i += 97) {
      assertThat(node.allEvents("many-" + i)).hasSize(6);
    }
  }

  private List<StoredEvent> awaitEvents(String id, int atLeast) {
    return await().atMost(SOON).until(() -> node.allEvents(id), e -> e.size() >= atLeast);
  }
}
