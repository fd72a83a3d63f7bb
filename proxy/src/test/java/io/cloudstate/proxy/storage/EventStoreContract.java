package io.cloudstate.proxy.storage;

import static io.cloudstate.proxy.storage.StoreClient.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.storage.journal.EventStore;
import io.cloudstate.proxy.storage.journal.StoredEvent;
import io.cloudstate.proxy.storage.journal.StoredSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What every store of events keeps of its promises. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class EventStoreContract {

  private static final Duration SOON = Duration.ofSeconds(10);

  protected StoreClient store;

  /** Opens the store; always the same one. */
  protected abstract EventStore open();

  @BeforeAll
  void start() {
    store = new StoreClient(open());
  }

  @AfterAll
  void stop() {
    store.close();
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
    assertThat(store.lastSequence("never")).isZero();
    assertThat(store.allEvents("never")).isEmpty();
    assertThat(store.latestSnapshot("never")).isEmpty();
  }

  @Test
  void eventsComeBackInOrderWithTheirTypeUrls() {
    var untyped = new Payload("", ByteString.copyFromUtf8("untyped"));
    store.append("order", 0, payload("a"), payload("b"), payload("c"));
    store.append("order", 3, untyped);
    store.append("order", 4, payload("e"));
    assertThat(store.allEvents("order"))
        .isEqualTo(numbered(1, payload("a"), payload("b"), payload("c"), untyped, payload("e")));
    assertThat(store.lastSequence("order")).isEqualTo(5);
  }

  @Test
  void pagesAreLimitedByCount() {
    var all = IntStream.range(0, 10).mapToObj(i -> payload("" + i)).toArray(Payload[]::new);
    store.append("count", 0, all);
    assertThat(store.page("count", 4, 3, 1_000_000)).isEqualTo(numbered(4, all[3], all[4], all[5]));
    assertThat(store.page("count", 9, 3, 1_000_000)).hasSize(2);
    assertThat(store.page("count", 11, 3, 1_000_000)).isEmpty();
  }

  @Test
  void pagesAreLimitedByBytesButNeverEmptyForIt() {
    store.append("bytes", 0, ofSize(400), ofSize(400), ofSize(400), ofSize(400));
    assertThat(store.page("bytes", 1, 100, 1000)).hasSize(2);
    assertThat(store.page("bytes", 1, 100, 1200)).hasSize(3);
    assertThat(store.page("bytes", 1, 100, 10)).hasSize(1);
  }

  @Test
  void newestSnapshotWins() {
    save("snapshot", new StoredSnapshot(2, payload("state 2")));
    save("snapshot", new StoredSnapshot(4, payload("state 4")));
    store.store().saveSnapshot("snapshot", new StoredSnapshot(3, payload("late")));
    save("other", new StoredSnapshot(1, payload("other")));
    assertThat(store.latestSnapshot("snapshot"))
        .contains(new StoredSnapshot(4, payload("state 4")));
  }

  @Test
  void snapshotWithTheNumberOfAnotherReplacesIt() {
    save("again", new StoredSnapshot(2, payload("first")));
    save("again", new StoredSnapshot(2, payload("second")));
    assertThat(store.latestSnapshot("again")).contains(new StoredSnapshot(2, payload("second")));
  }

  @Test
  void numberThatIsTakenIsRefusedAndNothingWritten() {
    store.append("taken", 0, payload("a"));
    assertThat(result(store.send("taken", 0, payload("not written")))).isFalse();
    store.append("taken", 1, payload("b"));
    assertThat(store.allEvents("taken")).isEqualTo(numbered(1, payload("a"), payload("b")));
  }

  @Test
  void ofTwoWritersOneWinsAndTheOtherFails() {
    for (var round = 0; round < 10; round++) {
      var id = "two-" + round;
      var first = store.send(id, 0, payload("first 1"), payload("first 2"));
      var second = store.send(id, 0, payload("second 1"), payload("second 2"));
      var firstWon = result(first);
      assertThat(result(second)).isEqualTo(!firstWon);
      assertThat(store.allEvents(id))
          .isEqualTo(
              firstWon
                  ? numbered(1, payload("first 1"), payload("first 2"))
                  : numbered(1, payload("second 1"), payload("second 2")));
      store.append(id, 2, payload("on"));
    }
  }

  @Test
  void overlappingBatchIsRefusedAsAWhole() {
    store.append("overlap", 0, payload("a"), payload("b"));
    assertThat(result(store.send("overlap", 1, payload("x"), payload("y"), payload("z"))))
        .isFalse();
    assertThat(store.allEvents("overlap")).isEqualTo(numbered(1, payload("a"), payload("b")));
    store.append("overlap", 2, payload("c"));
  }

  @Test
  void emptyAndLargeValuesComeBackAsTheyWere() {
    var empty = new Payload("type.googleapis.com/test.Empty", ByteString.EMPTY);
    var bytes = new byte[5 * 1024 * 1024];
    IntStream.range(0, bytes.length).forEach(i -> bytes[i] = (byte) (i * 31));
    var large = new Payload("type.googleapis.com/test.Blob", ByteString.copyFrom(bytes));
    store.append("values", 0, empty, large, empty);
    assertThat(store.allEvents("values")).isEqualTo(numbered(1, empty, large, empty));
    save("values", new StoredSnapshot(3, large));
  }

  @Test
  void keysMayHoldAnything() {
    for (var id :
        List.of("carts|a|b", "carts|Größe ☃ 𝄞", "carts|'; --", "carts| ", "carts|%_\\")) {
      store.append(id, 0, payload(id));
      assertThat(store.allEvents(id)).isEqualTo(numbered(1, payload(id)));
      assertThat(store.lastSequence(id)).isEqualTo(1);
    }
  }

  @Test
  void manyEntitiesWriteAtOnce() {
    var entities = 1000;
    for (var round = 0; round < 3; round++) {
      var writes = new ArrayList<CompletionStage<Boolean>>();
      for (var i = 0; i < entities; i++) {
        writes.add(store.send("many-" + i, 2L * round, payload("x"), payload("y")));
      }
      assertThat(writes).allSatisfy(write -> assertThat(result(write)).isTrue());
    }
    for (var i = 0; i < entities; i += 97) {
      assertThat(store.allEvents("many-" + i)).hasSize(6);
    }
  }

  /** Saves and waits until it is there. */
  private void save(String id, StoredSnapshot snapshot) {
    store.store().saveSnapshot(id, snapshot);
    await().atMost(SOON).until(() -> store.latestSnapshot(id).filter(snapshot::equals).isPresent());
  }
}
