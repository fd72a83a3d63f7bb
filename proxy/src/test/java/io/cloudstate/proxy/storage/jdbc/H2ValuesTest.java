package io.cloudstate.proxy.storage.jdbc;

import static io.cloudstate.proxy.storage.StoreClient.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cloudstate.proxy.storage.ValueStoreContract;
import io.cloudstate.proxy.storage.journal.EventWrite;
import io.cloudstate.proxy.storage.journal.StorageUnavailable;
import io.cloudstate.proxy.storage.store.StoredValue;
import io.cloudstate.proxy.storage.store.ValueStore;
import io.cloudstate.proxy.storage.store.ValueWrite;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class H2ValuesTest extends ValueStoreContract {

  @TempDir
  @SuppressWarnings("NullAway.Init")
  static Path directory;

  @SuppressWarnings("NullAway.Init")
  private JdbcStore opened;

  @Override
  protected ValueStore open() {
    opened = TestStores.open(dialect());
    return opened.values();
  }

  @Override
  protected void close() {
    opened.close();
  }

  private static H2Dialect dialect() {
    return new H2Dialect(directory.resolve("data/store"));
  }

  @Test
  void everythingIsThereAfterClosingAndReopening() {
    write("reopen", 0, payload("a"));
    write("reopen", 1, payload("b"));
    close();
    store = open();
    assertThat(read("reopen")).isEqualTo(new StoredValue(2, payload("b")));
    assertThat(write("reopen", 2, payload("c"))).isTrue();
  }

  @Test
  void rowOfADeletedValueStays() throws SQLException {
    write("row", 0, payload("hello"));
    assertThat(row("row")).containsExactly("1 type.googleapis.com/test.Item 68656c6c6f");
    write("row", 1, null);
    assertThat(row("row")).containsExactly("2 null null");
  }

  @Test
  void eventsAndValuesAreWrittenSideBySide() {
    var writes = new ArrayList<CompletionStage<Boolean>>();
    for (var i = 0; i < 200; i++) {
      writes.add(opened.append(new EventWrite("carts|side-" + i, 1, List.of(payload("event")))));
      writes.add(store.write(new ValueWrite(key("side-" + i), 0, payload("value"))));
    }
    assertThat(writes).allSatisfy(write -> assertThat(result(write)).isTrue());
    assertThat(read("side-199").value()).isEqualTo(payload("value"));
  }

  @Test
  void whatIsTooMuchToWaitIsRefusedAtOnceAndTheRestIsWritten() throws SQLException {
    var dialect = new H2Dialect(directory.resolve("narrow"));
    var narrow = TestStores.open(dialect, TestStores.jdbc(true, 1));
    result(narrow.values().write(new ValueWrite(key("locked"), 0, payload("a"))));
    var writes = new ArrayList<CompletionStage<Boolean>>();
    try (var other = dialect.connect();
        var statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("UPDATE \"value_entity_state\" SET \"revision\" = \"revision\"");
      // When: the writer waits for the row, and at most one write waits for the writer
      for (var i = 0; i < 6; i++) {
        var id = i == 0 ? "locked" : "waiting-" + i;
        writes.add(narrow.values().write(new ValueWrite(key(id), i == 0 ? 1 : 0, payload("b"))));
      }
      other.rollback();
    }
    // Then
    var refused = writes.stream().filter(H2ValuesTest::isRefused).toList();
    assertThat(refused).hasSizeBetween(4, 5);
    assertThatThrownBy(() -> result(refused.get(0)))
        .isInstanceOf(StorageUnavailable.class)
        .hasMessageContaining("too many values wait");
    writes.removeAll(refused);
    assertThat(writes).allSatisfy(write -> assertThat(result(write)).isTrue());
    narrow.close();
  }

  private static boolean isRefused(CompletionStage<Boolean> write) {
    return write.toCompletableFuture().isCompletedExceptionally();
  }

  @Test
  void closedStoreRefusesAtOnce() {
    var other = TestStores.open(new H2Dialect(directory.resolve("gone")));
    other.close();
    assertThatThrownBy(() -> result(other.values().read(key("a"))))
        .isInstanceOf(StorageUnavailable.class)
        .hasMessageContaining("closed");
    assertThatThrownBy(
            () -> result(other.values().write(new ValueWrite(key("a"), 0, payload("a")))))
        .isInstanceOf(StorageUnavailable.class)
        .hasMessageContaining("closed");
  }

  @Test
  void storeRecoversByItselfWhenTheDatabaseIsShutDownUnderneath() throws SQLException {
    write("shutdown", 0, payload("a"));
    try (var other = DriverManager.getConnection(dialect().url());
        var statement = other.createStatement()) {
      statement.execute("SHUTDOWN IMMEDIATELY");
    }
    await()
        .atMost(Duration.ofSeconds(5))
        .ignoreExceptionsInstanceOf(StorageUnavailable.class)
        .until(() -> write("shutdown", read("shutdown").revision(), payload("b")));
    assertThat(read("shutdown").value()).isEqualTo(payload("b"));
  }

  private static List<String> row(String entityId) throws SQLException {
    var rows = new ArrayList<String>();
    try (var connection = DriverManager.getConnection(dialect().url());
        var statement =
            connection.prepareStatement(
                """
                SELECT "revision", "type_url", RAWTOHEX("state") FROM "value_entity_state"
                WHERE "persistence_id" = 'carts' AND "entity_id" = ?
                """)) {
      statement.setString(1, entityId);
      try (var row = statement.executeQuery()) {
        while (row.next()) {
          rows.add(row.getLong(1) + " " + row.getString(2) + " " + row.getString(3));
        }
      }
    }
    return rows;
  }
}
