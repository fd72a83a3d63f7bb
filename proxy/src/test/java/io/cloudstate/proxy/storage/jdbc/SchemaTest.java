package io.cloudstate.proxy.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.config.ProxySettings.StoreType;
import io.cloudstate.proxy.storage.Storage;
import io.cloudstate.proxy.storage.journal.StorageUnavailable;
import io.cloudstate.proxy.storage.journal.StoreHealth;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemaTest {

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
    assertThatThrownBy(() -> open(false))
        .isInstanceOf(SchemaMissing.class)
        .hasMessage(
            "H2 "
                + file
                + ".mv.db: table snapshot is missing (expected: the tables of the manual)");
  }

  @Test
  void emptyDatabaseIsNotFilledWithoutPermission() {
    assertThatThrownBy(() -> open(false))
        .isInstanceOf(SchemaMissing.class)
        .hasMessageContaining("table event_journal is missing");
  }

  @Test
  void missingColumnIsReportedByNameAndNotAdded() throws SQLException {
    open(true).close();
    execute("ALTER TABLE \"event_journal\" DROP COLUMN \"writer\"");
    assertThatThrownBy(() -> open(true))
        .isInstanceOf(SchemaMissing.class)
        .hasMessageContaining("column writer of table event_journal is missing");
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
  void severalMayCreateTheTablesAtOnce() throws InterruptedException, ExecutionException {
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
    open(false).close();
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
    return Storage.open(store, new StoreHealth(System::nanoTime), Clock.systemUTC());
  }

  private void execute(String sql) throws SQLException {
    try (var connection = DriverManager.getConnection(new H2Dialect(file).url());
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
