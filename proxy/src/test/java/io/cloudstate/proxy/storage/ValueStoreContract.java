package io.cloudstate.proxy.storage;

import static io.cloudstate.proxy.storage.StoreNode.result;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.storage.store.StoredValue;
import io.cloudstate.proxy.storage.store.ValueKey;
import io.cloudstate.proxy.storage.store.ValueStore;
import io.cloudstate.proxy.storage.store.ValueWrite;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What every store keeps of the promises of values. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ValueStoreContract {

  protected ValueStore store;

  /** Opens the store; always the same one. */
  protected abstract ValueStore open();

  protected abstract void close();

  @BeforeAll
  void start() {
    store = open();
  }

  @AfterAll
  void stop() {
    close();
  }

  @Test
  void nothingIsStoredOfAnEntityThatNeverWrote() {
    assertThat(read("never")).isEqualTo(StoredValue.NONE);
  }

  @Test
  void lastValueComesBackWithTheNumberOfItsWrites() {
    assertThat(write("last", 0, payload("a"))).isTrue();
    assertThat(read("last")).isEqualTo(new StoredValue(1, payload("a")));
    assertThat(write("last", 1, payload("b"))).isTrue();
    assertThat(write("last", 2, payload("c"))).isTrue();
    assertThat(read("last")).isEqualTo(new StoredValue(3, payload("c")));
  }

  @Test
  void deletedValueIsGoneAndCanBeWrittenAgain() {
    write("again", 0, payload("a"));
    assertThat(write("again", 1, null)).isTrue();
    assertThat(read("again")).isEqualTo(new StoredValue(2, null));
    assertThat(write("again", 2, payload("b"))).isTrue();
    assertThat(write("again", 3, null)).isTrue();
    assertThat(write("again", 4, payload("c"))).isTrue();
    assertThat(read("again")).isEqualTo(new StoredValue(5, payload("c")));
  }

  @Test
  void whatIsNotThereCanBeDeleted() {
    assertThat(write("nothing", 0, null)).isTrue();
    assertThat(write("nothing", 1, null)).isTrue();
    assertThat(read("nothing")).isEqualTo(new StoredValue(2, null));
  }

  @Test
  void anotherExpectedRevisionIsFencedAndNothingWritten() {
    write("expected", 0, payload("a"));
    write("expected", 1, payload("b"));
    assertThat(write("expected", 0, payload("late"))).isFalse();
    assertThat(write("expected", 1, payload("late"))).isFalse();
    assertThat(write("expected", 3, payload("early"))).isFalse();
    assertThat(write("expected", 1, null)).isFalse();
    assertThat(read("expected")).isEqualTo(new StoredValue(2, payload("b")));
  }

  @Test
  void whoKnowsTheValueFromBeforeItsDeletionIsFenced() {
    write("deleted", 0, payload("a"));
    write("deleted", 1, null);
    assertThat(write("deleted", 0, payload("late"))).isFalse();
    assertThat(write("deleted", 1, payload("late"))).isFalse();
    assertThat(read("deleted")).isEqualTo(new StoredValue(2, null));
  }

  @Test
  void whoExpectsAValueWhereThereIsNoneIsFenced() {
    assertThat(write("gone", 5, payload("a"))).isFalse();
    assertThat(read("gone")).isEqualTo(StoredValue.NONE);
  }

  @Test
  void ofWritersAtTheSameTimeOneWins() {
    for (var round = 0; round < 20; round++) {
      var key = key("race");
      var expected = (long) round;
      var writes =
          IntStream.range(0, 8)
              .mapToObj(i -> store.write(new ValueWrite(key, expected, payload("writer " + i))))
              .toList();
      var winners = IntStream.range(0, 8).filter(i -> result(writes.get(i))).toArray();
      assertThat(winners).hasSize(1);
      assertThat(read("race"))
          .isEqualTo(new StoredValue(round + 1, payload("writer " + winners[0])));
    }
  }

  @Test
  void fencedWriteFailsAloneAmongMany() {
    write("fenced", 0, payload("first"));
    var writes = new ArrayList<CompletionStage<Boolean>>();
    for (var i = 0; i < 50; i++) {
      writes.add(store.write(new ValueWrite(key("beside-" + i), 0, payload("beside"))));
      if (i == 25) {
        writes.add(store.write(new ValueWrite(key("fenced"), 0, payload("late"))));
      }
    }
    assertThat(writes.stream().map(StoreNode::result))
        .containsOnlyOnce(false)
        .hasSize(51)
        .element(26)
        .isEqualTo(false);
    assertThat(read("beside-49")).isEqualTo(new StoredValue(1, payload("beside")));
    assertThat(read("fenced")).isEqualTo(new StoredValue(1, payload("first")));
  }

  @Test
  void emptyLargeAndUntypedValuesComeBackAsTheyWere() {
    var bytes = new byte[5 * 1024 * 1024];
    IntStream.range(0, bytes.length).forEach(i -> bytes[i] = (byte) (i * 31));
    var values =
        List.of(
            new Payload("type.googleapis.com/test.Empty", ByteString.EMPTY),
            new Payload("", ByteString.EMPTY),
            new Payload("", ByteString.copyFromUtf8("untyped")),
            new Payload("type.googleapis.com/" + "x".repeat(1000), ByteString.copyFromUtf8("long")),
            new Payload("type.googleapis.com/test.Blob", ByteString.copyFrom(bytes)));
    for (var i = 0; i < values.size(); i++) {
      assertThat(write("values", i, values.get(i))).isTrue();
      assertThat(read("values")).isEqualTo(new StoredValue(i + 1, values.get(i)));
    }
  }

  @Test
  void keysMayHoldAnythingAndBothPartsCount() {
    var keys =
        List.of(
            new ValueKey("carts", "a|b"),
            new ValueKey("carts|a", "b"),
            new ValueKey("cartsa", "|b"),
            new ValueKey("carts", "Größe ☃ 𝄞"),
            new ValueKey("carts", "'; --"),
            new ValueKey("carts", " "),
            new ValueKey("carts", "%_\\"),
            new ValueKey("carts", "{\"a\",null}"),
            new ValueKey("c".repeat(255), "e".repeat(255)));
    for (var key : keys) {
      assertThat(result(store.write(new ValueWrite(key, 0, payload(key.toString()))))).isTrue();
    }
    for (var key : keys) {
      assertThat(result(store.read(key))).isEqualTo(new StoredValue(1, payload(key.toString())));
    }
  }

  @Test
  void manyEntitiesWriteAtOnce() {
    for (var round = 0; round < 3; round++) {
      var writes = new ArrayList<CompletionStage<Boolean>>();
      for (var i = 0; i < 1000; i++) {
        var value = round == 1 && i % 2 == 0 ? null : payload("round " + round);
        writes.add(store.write(new ValueWrite(key("many-" + i), round, value)));
      }
      assertThat(writes.stream().map(StoreNode::result)).containsOnly(true);
    }
    for (var i = 0; i < 1000; i += 97) {
      assertThat(read("many-" + i)).isEqualTo(new StoredValue(3, payload("round 2")));
    }
  }

  protected final StoredValue read(String entityId) {
    return result(store.read(key(entityId)));
  }

  protected final boolean write(String entityId, long expected, @Nullable Payload value) {
    return result(store.write(new ValueWrite(key(entityId), expected, value)));
  }

  protected static ValueKey key(String entityId) {
    return new ValueKey("carts", entityId);
  }

  protected static Payload payload(String text) {
    return new Payload("type.googleapis.com/test.Item", ByteString.copyFromUtf8(text));
  }
}
