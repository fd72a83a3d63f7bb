package io.cloudstate.proxy.eventing;

import static io.cloudstate.proxy.storage.StoreClient.result;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.storage.StoreClient;
import io.cloudstate.proxy.storage.journal.EventLog;
import io.cloudstate.proxy.storage.journal.EventLog.Numbers;
import io.cloudstate.proxy.storage.journal.EventLogStore;
import io.cloudstate.proxy.storage.journal.EventStore;
import io.cloudstate.proxy.storage.journal.LogPosition;
import io.cloudstate.proxy.storage.journal.LogPositions;
import io.cloudstate.proxy.storage.journal.LogPositions.Slice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What every store keeps of the promises of {@link EventLog} and of the positions beside it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class EventLogContract {

  /** A store, seen from both sides. */
  protected record Opened(EventStore events, EventLogStore logs) {}

  protected StoreClient store;
  protected EventLogStore logs;

  protected abstract Opened open(Path directory);

  @BeforeAll
  void start(@TempDir Path directory) {
    var opened = open(directory);
    store = new StoreClient(opened.events());
    logs = opened.logs();
  }

  @AfterAll
  void close() {
    store.close();
  }

  protected static Payload payload(String text) {
    return new Payload("type.googleapis.com/test.Item", ByteString.copyFromUtf8(text));
  }

  protected EventLog log() {
    return logs.events();
  }

  @Test
  void eventsOfATypeComeInTheirOrderAndWithoutThoseOfOthers() {
    // Given
    store.append("type|a", 0, payload("a1"), payload("a2"));
    store.append("type-not|a", 0, payload("x"));
    store.append("typ_|a", 0, payload("x"));
    store.append("type|b|c", 0, payload("b1"));
    store.append("type|a", 2, payload("a3"));
    // When
    var follower = new Follower(log(), "type");
    // Then
    assertThat(follower.ids()).containsExactly("type|a@1", "type|a@2", "type|b|c@1", "type|a@3");
    assertThat(follower.read().get(3).payload()).isEqualTo(payload("a3"));
    assertThat(follower.read().get(3).timestampMillis()).isPositive();
    assertThat(new Follower(log(), "typ_").ids()).containsExactly("typ_|a@1");
    assertThat(result(log().head())).isGreaterThanOrEqualTo(follower.read().get(3).number());
  }

  @Test
  void whatComesLaterIsReadFromWhereOneWas() {
    store.append("later|a", 0, payload("1"));
    var follower = new Follower(log(), "later");
    assertThat(follower.ids()).containsExactly("later|a@1");
    store.append("later|a", 1, payload("2"));
    var resumed = new Follower(log(), "later", new Slice(0, 1), follower.position());
    assertThat(resumed.ids()).containsExactly("later|a@2");
    assertThat(follower.ids()).containsExactly("later|a@1", "later|a@2");
  }

  @Test
  void smallPagesFindEverything() {
    var expected = new ArrayList<String>();
    for (var i = 0; i < 20; i++) {
      store.append("pages|" + i, 0, payload("" + i));
      store.append("pages-not|" + i, 0, payload("" + i));
      expected.add("pages|" + i + "@1");
    }
    var follower = new Follower(log(), "pages");
    follower.read(3);
    assertThat(follower.ids()).isEqualTo(expected);
  }

  @Test
  void slicesShareTheEntities() {
    var expected = new ArrayList<String>();
    for (var i = 0; i < 20; i++) {
      store.append("slices|" + i, 0, payload("" + i));
      expected.add("slices|" + i + "@1");
    }
    var all = new ArrayList<String>();
    for (var number = 0; number < 3; number++) {
      all.addAll(new Follower(log(), "slices", new Slice(number, 3), LogPosition.at(0)).ids());
    }
    assertThat(all).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void whoWatchesHearsOfWhatIsStored() throws InterruptedException {
    var heard = new LinkedBlockingQueue<String>();
    var watch = log().watch(heard::add);
    store.append("watched|a", 0, payload("1"));
    assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo("watched|a");
    watch.close();
    store.append("watched|a", 1, payload("2"));
    assertThat(heard).isEmpty();
  }

  @Test
  void positionIsKept() {
    var key = new LogPositions.Key("Service", "group", "kept");
    var slice = new Slice(1, 2);
    var positions = logs.positions();
    assertThat(result(positions.open(key, slice, 7))).isEqualTo(LogPosition.at(7));
    assertThat(result(positions.open(key, new Slice(0, 2), 9))).isEqualTo(LogPosition.at(7));
    var position = new LogPosition(20, List.of(new Numbers(8, 8), new Numbers(11, 15)));
    assertThat(result(positions.save(key, slice, position))).isTrue();
    assertThat(result(positions.open(key, slice, 9))).isEqualTo(position);
    assertThat(result(positions.open(new LogPositions.Key("Other", "group", "kept"), slice, 9)))
        .isEqualTo(LogPosition.at(9));
  }

  @Test
  void anotherNumberOfSlicesGoesOnWhereAllOfThemWere() {
    var key = new LogPositions.Key("Service", "group", "divided");
    var positions = logs.positions();
    var first = new Slice(0, 2);
    result(positions.open(key, first, 0));
    result(positions.save(key, first, new LogPosition(20, List.of(new Numbers(8, 8)))));
    result(positions.save(key, new Slice(1, 2), LogPosition.at(12)));
    assertThat(result(positions.open(key, new Slice(2, 3), 99))).isEqualTo(LogPosition.at(7));
    assertThat(result(positions.open(key, new Slice(0, 3), 99))).isEqualTo(LogPosition.at(7));
    assertThat(result(positions.save(key, first, LogPosition.at(30)))).isFalse();
  }
}
