package io.cloudstate.proxy.storage.jdbc;

import static io.cloudstate.proxy.storage.StoreNode.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cloudstate.proxy.storage.ValueStoreContract;
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
