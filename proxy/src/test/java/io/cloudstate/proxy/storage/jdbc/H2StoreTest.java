package io.cloudstate.proxy.storage.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cloudstate.proxy.storage.EventJournalContract;
import io.cloudstate.proxy.storage.StoreNode;
import io.cloudstate.proxy.storage.journal.JournalStore;
import io.cloudstate.proxy.storage.journal.JournalWriter.Ready;
import io.cloudstate.proxy.storage.journal.JournalWriter.Result;
import io.cloudstate.proxy.storage.journal.JournalWriter.Written;
import io.cloudstate.proxy.storage.journal.StorageUnavailable;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class H2StoreTest extends EventJournalContract {

  @TempDir
  @SuppressWarnings("NullAway.Init")
  static Path directory;

  @Override
  protected JournalStore open() {
    return TestStores.open(dialect());
  }

  private static H2Dialect dialect() {
    return new H2Dialect(directory.resolve("data/store"));
  }

  @Test
  void everythingIsThereAfterClosingAndReopening() {
    node.writer("reopen", 0).write(0, payload("state"), payload("a"), payload("b"));
    node.close();
    node = new StoreNode(open());
    var writer = node.writer("reopen", 2);
    assertThat(node.latestSnapshot("reopen")).isPresent();
    writer.write(2, null, payload("c"));
    assertThat(node.allEvents("reopen"))
        .isEqualTo(numbered(1, payload("a"), payload("b"), payload("c")));
  }

  @Test
  void tablesHoldTypeUrlsAndBytesApart() throws SQLException {
    node.writer("carts|columns", 0).write(0, null, payload("hello"));
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
  void storeRecoversByItselfWhenTheDatabaseIsShutDownUnderneath() throws SQLException {
    var writer = node.writer("shutdown", 0);
    writer.write(0, null, payload("a"));
    for (var round = 1; round <= 3; round++) {
      try (var other = DriverManager.getConnection(dialect().url());
          var statement = other.createStatement()) {
        statement.execute("SHUTDOWN IMMEDIATELY");
      }
      var last = writeUntilWritten("shutdown");
      assertThat(node.allEvents("shutdown")).hasSize((int) last);
    }
    assertThat(node.allEvents("shutdown").get(0)).isEqualTo(numbered(1, payload("a")).get(0));
  }

  @Test
  void writerFailsAtOnceWhenTheStoreIsGone() {
    var store = TestStores.open(new H2Dialect(directory.resolve("gone")));
    var other = new StoreNode(store);
    var writer = other.writer("gone", 0);
    store.close();
    writer.send(0, null, payload("a"));
    writer.results().expectTerminated(writer.ref(), Duration.ofSeconds(2));
    var late = other.startWriter("gone");
    late.results().expectTerminated(late.ref(), Duration.ofSeconds(2));
    assertThatThrownBy(() -> other.allEvents("gone"))
        .isInstanceOf(StorageUnavailable.class)
        .hasMessageContaining("closed");
    other.close();
  }

  /** As an entity does it: another writer after each failure. */
  private long writeUntilWritten(String id) {
    return await()
        .atMost(Duration.ofSeconds(5))
        .until(
            () -> {
              var writer = node.startWriter(id);
              var failed = node.kit().<Result>createTestProbe();
              var deadline = Duration.ofSeconds(2);
              try {
                var ready = (Ready) writer.results().receiveMessage(deadline);
                writer.send(ready.lastSequence(), null, payload("again"));
                var written = (Written) writer.results().receiveMessage(deadline);
                return written.lastSequence();
              } catch (AssertionError notAnswered) {
                failed.expectTerminated(writer.ref(), deadline);
                return 0L;
              }
            },
            sequence -> sequence > 0);
  }
}
