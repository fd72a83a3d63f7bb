package io.cloudstate.proxy.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cloudstate.proxy.config.ProxySettings.Postgres;
import io.cloudstate.proxy.storage.StoreClient;
import io.cloudstate.proxy.storage.journal.StorageUnavailable;
import io.cloudstate.proxy.testing.PostgresServer;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresSchemaTest {

  private static PostgresServer server;

  @BeforeAll
  static void startServer(@TempDir Path directory) {
    server = PostgresServer.start(directory.resolve("data"));
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @Test
  void severalMayCreateSchemaAndTablesAtOnce() throws Exception {
    var dialect = dialect("postgres", "crowd");
    var threads = Executors.newFixedThreadPool(6);
    var start = new CountDownLatch(1);
    var done =
        IntStream.range(0, 6)
            .<Future<?>>mapToObj(
                i ->
                    threads.submit(
                        () -> {
                          start.await();
                          ensure(dialect, true);
                          return null;
                        }))
            .toList();
    start.countDown();
    for (var one : done) {
      one.get();
    }
    threads.shutdown();
    ensure(dialect, false);
  }

  @Test
  void schemaIsHonouredForAllTables() throws SQLException {
    ensure(dialect("postgres", "Ours"), true);
    try (var connection = server.connect();
        var rows =
            connection
                .createStatement()
                .executeQuery(
                    "SELECT string_agg(table_name, ' ' ORDER BY table_name)"
                        + " FROM information_schema.tables WHERE table_schema = 'Ours'")) {
      rows.next();
      assertThat(rows.getString(1))
          .isEqualTo(
              "event_consumer_position event_journal outgoing_reply snapshot value_entity_state");
    }
  }

  @Test
  void missingSchemaIsReported() {
    assertThatThrownBy(() -> ensure(dialect("postgres", "nowhere"), false))
        .isInstanceOf(SchemaMissing.class)
        .hasMessageContaining("the schema is missing");
  }

  @Test
  void userWhoMayNotCreateIsToldWhatIsMissing() {
    server.execute(
        "CREATE SCHEMA closed", "CREATE USER poor", "GRANT USAGE ON SCHEMA closed TO poor");
    assertThatThrownBy(() -> ensure(dialect("poor", "closed"), true))
        .isInstanceOf(SchemaMissing.class)
        .hasMessageContaining("table event_journal is missing and cannot be created")
        .hasMessageContaining("permission denied");
  }

  @Test
  void userWhoMayNotWriteIsToldWhichPrivilegeIsMissing() throws SQLException {
    ensure(dialect("postgres", "readable"), true);
    server.execute(
        "CREATE USER reader",
        "GRANT USAGE ON SCHEMA readable TO reader",
        "GRANT SELECT ON ALL TABLES IN SCHEMA readable TO reader");
    assertThatThrownBy(() -> ensure(dialect("reader", "readable"), true))
        .isInstanceOf(SchemaMissing.class)
        .hasMessageContaining("user reader lacks the privilege INSERT on table event_journal");
  }

  @Test
  void privilegesOnTablesThatNoEntityNeedsAreNotMissed() throws SQLException {
    ensure(dialect("postgres", "events_only"), true);
    server.execute(
        "CREATE USER sourcing",
        "GRANT USAGE ON SCHEMA events_only TO sourcing",
        "GRANT SELECT, INSERT ON events_only.event_journal TO sourcing",
        "GRANT SELECT, INSERT, UPDATE ON events_only.snapshot TO sourcing");
    var dialect = dialect("sourcing", "events_only");
    try (var connection = dialect.connect()) {
      Schema.ensure(connection, dialect, false, Set.of(Tables.EVENTS));
      assertThatThrownBy(() -> Schema.ensure(connection, dialect, false, Set.of(Tables.VALUES)))
          .isInstanceOf(SchemaMissing.class)
          .hasMessageContaining(
              "user sourcing lacks the privilege SELECT on table value_entity_state");
    }
  }

  @Test
  void storeWorksAsSoonAsSomebodyElseHasMadeTheTables() throws SQLException {
    server.execute(
        "CREATE SCHEMA later", "CREATE USER waiting", "GRANT USAGE ON SCHEMA later TO waiting");
    var opened = TestStores.open(dialect("waiting", "later"));
    var store = new StoreClient(opened);
    opened.need(Tables.EVENTS);
    await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> store.allEvents("none"))
                    .isInstanceOf(StorageUnavailable.class)
                    .hasMessageContaining("table event_journal is missing"));
    ensure(dialect("postgres", "later"), true);
    server.execute(
        "GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA later TO waiting",
        "GRANT UPDATE ON later.snapshot, later.value_entity_state TO waiting");
    await()
        .atMost(Duration.ofSeconds(5))
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(store.allEvents("none")).isEmpty());
    AppendLoad.appendOnce(store, "some");
    store.close();
  }

  private static PostgresDialect dialect(String user, String schema) {
    Postgres settings = TestStores.postgres(server.port(), user, schema);
    return TestStores.dialect(settings);
  }

  private static void ensure(Dialect dialect, boolean create) throws SQLException {
    try (var connection = dialect.connect()) {
      Schema.ensure(connection, dialect, create, EnumSet.allOf(Tables.class));
    }
  }
}
