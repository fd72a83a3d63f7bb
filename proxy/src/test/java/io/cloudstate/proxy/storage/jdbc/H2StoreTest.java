package io.cloudstate.proxy.storage.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cloudstate.proxy.storage.EventStoreContract;
import io.cloudstate.proxy.storage.StoreClient;
import io.cloudstate.proxy.storage.journal.EventStore;
import io.cloudstate.proxy.storage.journal.StorageUnavailable;
import io.cloudstate.proxy.storage.journal.StoredSnapshot;
import io.cloudstate.proxy.testing.CapturedLog;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class H2StoreTest extends EventStoreContract {

  private static final Duration SOON = Duration.ofSeconds(5);

  @TempDir
  @SuppressWarnings("NullAway.Init")
  static Path directory;

  @Override
  protected EventStore open() {
    return TestStores.open(dialect());
  }

  private static H2Dialect dialect() {
    return new H2Dialect(directory.resolve("data/store"));
  }

  @Test
  void everythingIsThereAfterClosingAndReopening() {
    store.append("reopen", 0, payload("a"), payload("b"));
    store.store().saveSnapshot("reopen", new StoredSnapshot(2, payload("state")));
    store.close();
    store = new StoreClient(open());
    assertThat(store.latestSnapshot("reopen")).isPresent();
    store.append("reopen", 2, payload("c"));
    assertThat(store.allEvents("reopen"))
        .isEqualTo(numbered(1, payload("a"), payload("b"), payload("c")));
  }

  @Test
  void tablesHoldTypeUrlsAndBytesApart() throws SQLException {
    store.append("carts|columns", 0, payload("hello"));
    var rows = new ArrayList<String>();
    try (var connection = DriverManager.getConnection(dialect().url());
        var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                """
                SELECT "sequence_number", "event_ser_id", "event_ser_manifest", "event_payload"
                FROM "event_journal" WHERE "persistence_id" = 'carts|columns'
                """)) {
      while (row.next()) {
        rows.add(
            row.getLong(1)
                + " "
                + row.getInt(2)
                + " "
                + row.getString(3)
                + " "
                + new String(row.getBytes(4), UTF_8));
      }
    }
    assertThat(rows).containsExactly("1 1222419123 type.googleapis.com/test.Item hello");
  }

  @Test
  void eventsOfAnotherSerializerAreNotTakenForOurs() throws SQLException {
    store.append("foreign", 0, payload("a"));
    execute(
        "UPDATE \"event_journal\" SET \"event_ser_id\" = 17 WHERE \"persistence_id\" = 'foreign'");
    assertThatThrownBy(() -> store.allEvents("foreign"))
        .isInstanceOf(StorageUnavailable.class)
        .hasMessageContaining("foreign has serializer 17 (expected: 1222419123)");
  }

  @Test
  void snapshotOfAnotherSerializerIsNotTakenForOurs() throws SQLException {
    store.store().saveSnapshot("foreign", new StoredSnapshot(1, payload("state")));
    await().atMost(SOON).until(() -> store.latestSnapshot("foreign").isPresent());
    execute(
        "UPDATE \"snapshot\" SET \"snapshot_ser_id\" = 17 WHERE \"persistence_id\" = 'foreign'");
    assertThatThrownBy(() -> store.latestSnapshot("foreign"))
        .isInstanceOf(StorageUnavailable.class)
        .hasMessageContaining("foreign has serializer 17 (expected: 1222419123)");
  }

  @Test
  void gapInTheEventsIsNotReadOver() throws SQLException {
    store.append("gap", 0, payload("a"), payload("b"), payload("c"));
    execute(
        "DELETE FROM \"event_journal\" WHERE \"persistence_id\" = 'gap' AND \"sequence_number\" = 2");
    assertThatThrownBy(() -> store.allEvents("gap"))
        .isInstanceOf(StorageUnavailable.class)
        .hasMessageContaining("gap has event 3 (expected: 2)");
  }

  @Test
  void snapshotThatCannotBeWrittenIsLoggedAndHarmsNothing() {
    var tooLong = "x".repeat(300);
    try (var log = CapturedLog.begin()) {
      store.store().saveSnapshot(tooLong, new StoredSnapshot(1, payload("state")));
      await().atMost(SOON).until(() -> !log.lines().isEmpty());
      assertThat(log.lines()).singleElement().asString().startsWith("WARN snapshot not saved");
    }
    store.append("beside", 0, payload("a"));
    assertThat(store.allEvents("beside")).hasSize(1);
  }

  private static void execute(String sql) throws SQLException {
    try (var connection = DriverManager.getConnection(dialect().url());
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void storeRecoversByItselfWhenTheDatabaseIsShutDownUnderneath() throws SQLException {
    store.append("shutdown", 0, payload("a"));
    for (var round = 1; round <= 3; round++) {
      try (var other = DriverManager.getConnection(dialect().url());
          var statement = other.createStatement()) {
        statement.execute("SHUTDOWN IMMEDIATELY");
      }
      await().atMost(SOON).until(() -> AppendLoad.tryAppend(store, "shutdown"));
      assertThat(store.allEvents("shutdown")).hasSize((int) store.lastSequence("shutdown"));
    }
    assertThat(store.allEvents("shutdown").get(0)).isEqualTo(numbered(1, payload("a")).get(0));
  }

  @Test
  void everythingFailsAtOnceWhenTheStoreIsClosed() {
    var closed = new StoreClient(TestStores.open(new H2Dialect(directory.resolve("gone"))));
    closed.append("gone", 0, payload("a"));
    closed.close();
    for (ThrowingCallable question :
        List.<ThrowingCallable>of(
            () -> closed.append("gone", 1, payload("b")),
            () -> closed.lastSequence("gone"),
            () -> closed.allEvents("gone"))) {
      assertThatThrownBy(question)
          .isInstanceOf(StorageUnavailable.class)
          .hasMessageContaining("closed");
    }
  }
}
