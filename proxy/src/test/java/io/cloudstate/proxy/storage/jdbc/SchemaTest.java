package io.cloudstate.proxy.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.config.ProxySettings.StoreType;
import io.cloudstate.proxy.discovery.EntityType;
import io.cloudstate.proxy.discovery.ServiceCatalog;
import io.cloudstate.proxy.discovery.ServiceDefinition;
import io.cloudstate.proxy.storage.Storage;
import io.cloudstate.proxy.storage.journal.EventWrite;
import io.cloudstate.proxy.storage.journal.StorageUnavailable;
import io.cloudstate.proxy.storage.journal.StoreHealth;
import io.cloudstate.proxy.storage.journal.StoreMetrics;
import io.cloudstate.proxy.storage.store.ValueKey;
import io.cloudstate.proxy.storage.store.ValueWrite;
import io.cloudstate.proxy.testing.CapturedLog;
import io.cloudstate.proxy.testing.TestEventLoops;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemaTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Payload PAYLOAD = new Payload("url", ByteString.copyFromUtf8("x"));

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path directory;

  private Path file = Path.of("store");

  @BeforeEach
  void placeFile() {
    file = directory.resolve("store");
  }

  @Test
  void missingTableIsReportedByName() throws SQLException {
    open(true).close();
    execute("DROP TABLE \"snapshot\"");
    assertThatThrownBy(() -> ensure(false, Tables.EVENTS))
        .isInstanceOf(SchemaMissing.class)
        .hasMessage(
            "H2 "
                + file
                + ".mv.db: table snapshot is missing (expected: the tables of the manual)");
  }

  @Test
  void emptyDatabaseIsNotFilledWithoutPermission() {
    assertThatThrownBy(() -> ensure(false, Tables.EVENTS))
        .isInstanceOf(SchemaMissing.class)
        .hasMessageContaining("table event_journal is missing");
  }

  @Test
  void missingColumnIsReportedByNameAndNotAdded() throws SQLException {
    open(true).close();
    execute("ALTER TABLE \"event_journal\" DROP COLUMN \"writer\"");
    assertThatThrownBy(() -> ensure(true, Tables.EVENTS))
        .isInstanceOf(SchemaMissing.class)
        .hasMessageContaining("column writer of table event_journal is missing");
  }

  @Test
  void eventSourcedEntitiesDoNotNeedTheTableOfValues() throws SQLException {
    // Given
    open(true).close();
    execute("DROP TABLE \"value_entity_state\"");
    try (var store = open(false)) {
      // When
      store.serve(catalog(EntityType.EVENT_SOURCED, EntityType.CRDT, EntityType.ACTION));
      // Then
      assertThat(append(store)).succeedsWithin(PATIENCE).isEqualTo(true);
      assertThatThrownBy(() -> ensure(false, Tables.VALUES))
          .hasMessageContaining("table value_entity_state is missing");
    }
  }

  @Test
  void valueEntitiesDoNotNeedTheTablesOfEvents() throws SQLException {
    // Given
    open(true).close();
    execute("DROP TABLE \"event_journal\"");
    execute("DROP TABLE \"snapshot\"");
    try (var store = open(false)) {
      // When
      store.serve(catalog(EntityType.VALUE));
      // Then
      var key = new ValueKey("values", "a");
      assertThat(store.values().orElseThrow().write(new ValueWrite(key, 0, PAYLOAD)))
          .succeedsWithin(PATIENCE)
          .isEqualTo(true);
    }
  }

  /** Not at the first command only: whoever asks whether the store is healthy is to know. */
  @Test
  void tablesThatACatalogNeedsAreMissedAsSoonAsItIsServed() throws SQLException {
    // Given
    open(true).close();
    execute("DROP TABLE \"value_entity_state\"");
    try (var log = CapturedLog.begin();
        var store = open(false)) {
      store.serve(catalog(EntityType.EVENT_SOURCED));
      assertThat(append(store)).succeedsWithin(PATIENCE).isEqualTo(true);
      // When
      store.serve(catalog(EntityType.EVENT_SOURCED, EntityType.VALUE));
      // Then
      await().atMost(PATIENCE).until(() -> !log.lines().isEmpty());
      assertThat(log.lines())
          .singleElement()
          .asString()
          .contains("table value_entity_state is missing");
      assertThat(store.values().orElseThrow().read(new ValueKey("values", "a")))
          .failsWithin(PATIENCE)
          .withThrowableThat()
          .withMessageContaining("table value_entity_state is missing");
    }
  }

  @Test
  void existingTablesAreLeftAlone() throws SQLException {
    open(true).close();
    execute("ALTER TABLE \"snapshot\" ADD COLUMN \"note\" VARCHAR DEFAULT 'ours'");
    execute(
        """
        INSERT INTO "snapshot" ("persistence_id", "sequence_number", "created",
          "snapshot_ser_id", "snapshot_ser_manifest", "snapshot_payload")
        VALUES ('a', 1, 0, 1222419123, 'url', X'00')
        """);
    try (var store = open(true)) {
      assertThat(store.events()).isPresent();
      execute("UPDATE \"snapshot\" SET \"note\" = 'still there' WHERE \"persistence_id\" = 'a'");
    }
  }

  @Test
  void severalMayCreateTheTablesAtOnce() throws Exception {
    var threads = Executors.newFixedThreadPool(4);
    var start = new CountDownLatch(1);
    var stores = new ArrayList<Future<Storage>>();
    for (var i = 0; i < 4; i++) {
      stores.add(
          threads.submit(
              () -> {
                start.await();
                return open(true);
              }));
    }
    start.countDown();
    for (var store : stores) {
      store.get().close();
    }
    threads.shutdown();
    ensure(false, Tables.values());
  }

  @Test
  void fileInUseElsewhereIsNamed() throws SQLException, IOException {
    open(true).close();
    // A lock of this process stands in for another process, which looks the same to H2.
    try (var channel = FileChannel.open(Path.of(file + ".mv.db"), StandardOpenOption.WRITE);
        var lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      assertThatThrownBy(() -> open(true))
          .isInstanceOf(StorageUnavailable.class)
          .hasMessage(
              "H2 " + file + ".mv.db is in use by another process (expected: one proxy per file)");
    }
  }

  @Test
  void corruptedFileIsNamed() throws IOException {
    Files.writeString(Path.of(file + ".mv.db"), "this is not a database ".repeat(1000));
    assertThatThrownBy(() -> open(true))
        .isInstanceOf(StorageUnavailable.class)
        .hasMessage("H2 " + file + ".mv.db is corrupted, or not a file of H2");
  }

  @Test
  void directoryThatCannotBeWrittenIsNamed() throws IOException {
    var notDirectory = Files.createFile(directory.resolve("plain"));
    file = notDirectory.resolve("store");
    assertThatThrownBy(() -> open(true))
        .isInstanceOf(StorageUnavailable.class)
        .hasMessage(
            "H2 "
                + file
                + ".mv.db cannot be written: "
                + notDirectory
                + " is not a writable directory");
  }

  @Test
  void storeOfTypeNoneKeepsNoEvents() {
    try (var store = open(StoreType.NONE, true)) {
      assertThat(store.events()).isEmpty();
    }
  }

  private Storage open(boolean createTables) {
    return open(StoreType.H2, createTables);
  }

  private Storage open(StoreType type, boolean createTables) {
    var store =
        new ProxySettings.Store(type, file, TestStores.postgres(1), TestStores.jdbc(createTables));
    return Storage.open(
        store,
        new StoreHealth(System::nanoTime),
        StoreMetrics.NONE,
        Clock.systemUTC(),
        TestEventLoops.SHARED);
  }

  private void ensure(boolean createTables, Tables... needed) throws SQLException {
    var dialect = new H2Dialect(file);
    try (var connection = dialect.connect()) {
      Schema.ensure(connection, dialect, createTables, Set.of(needed));
    }
  }

  private static CompletionStage<Boolean> append(Storage store) {
    return store.events().orElseThrow().append(new EventWrite("events|a", 1, List.of(PAYLOAD)));
  }

  private static ServiceCatalog catalog(EntityType... types) {
    return new ServiceCatalog(
        Stream.of(types)
            .map(
                type ->
                    new ServiceDefinition(
                        type.name(), type, "id-" + type, Optional.empty(), Map.of()))
            .toList(),
        List.of());
  }

  private void execute(String sql) throws SQLException {
    try (var connection = DriverManager.getConnection(new H2Dialect(file).url());
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
