package io.cloudstate.proxy.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cloudstate.proxy.storage.StoreClient;
import io.cloudstate.proxy.storage.journal.StorageUnavailable;
import io.cloudstate.proxy.testing.CapturedLog;
import io.cloudstate.proxy.testing.PostgresServer;
import io.cloudstate.proxy.testing.Signal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A database that fails in all the ways it can: fast refusal, one line, and back by itself. */
@Timeout(90)
class PostgresFailureTest {

  private static final Duration AT_ONCE = Duration.ofMillis(500);
  private static final Duration SOON = Duration.ofSeconds(6);

  private PostgresServer server;

  @SuppressWarnings("NullAway.Init")
  private StoreClient store;

  @BeforeEach
  void prepare(@TempDir Path directory) {
    server = PostgresServer.notStarted(directory.resolve("data"));
  }

  @AfterEach
  void end() {
    store.close();
    server.close();
  }

  @Test
  void storeOfAServerThatIsNotThereYetRefusesAtOnceAndWorksWhenItIs() {
    try (var log = CapturedLog.begin()) {
      store = open();
      assertRefusedAtOnce("refused");
      assertThat(log.lines())
          .filteredOn(line -> line.startsWith("ERROR"))
          .singleElement()
          .asString()
          .contains("localhost:" + server.port(), "refused");
    }
    server.start();
    awaitWorking();
  }

  @Test
  void nothingAcknowledgedIsLostWhenTheServerStopsUnderLoad() throws InterruptedException {
    start();
    for (var round = 0; round < 2; round++) {
      var load = AppendLoad.start(store, 32);
      load.awaitProgress();
      server.stop();
      assertRefusedSoon();
      assertRefusedAtOnce("");
      server.start();
      load.awaitProgress();
      load.stopAndCheck();
    }
  }

  @Test
  void nothingAcknowledgedIsLostWhenTheServerIsKilledUnderLoad() throws InterruptedException {
    start();
    for (var round = 0; round < 3; round++) {
      var load = AppendLoad.start(store, 32);
      load.awaitProgress();
      server.kill();
      assertRefusedSoon();
      server.start();
      load.awaitProgress();
      load.stopAndCheck();
    }
  }

  @Test
  void readOnlyDatabaseRefusesUntilItIsWritableAgain() {
    start();
    server.execute(
        "ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()");
    try (var log = CapturedLog.begin()) {
      assertRefusedSoon();
      assertRefusedAtOnce("read-only");
      assertThat(log.lines())
          .filteredOn(line -> line.startsWith("ERROR"))
          .singleElement()
          .asString()
          .contains("read-only");
    }
    server.execute(
        "SET default_transaction_read_only = off",
        "ALTER SYSTEM RESET default_transaction_read_only",
        "SELECT pg_reload_conf()");
    awaitWorking();
  }

  @Test
  void databaseWithoutFreeConnectionsRefusesUntilThereIsOne() throws SQLException {
    server.start();
    var hoarded = hoardAll();
    store = open();
    assertRefusedAtOnce("too many clients");
    for (var connection : hoarded) {
      connection.close();
    }
    awaitWorking();
  }

  @Test
  void hangingDatabaseEndsCallsInTimeAndTheStoreRecovers() throws InterruptedException {
    start();
    var load = AppendLoad.start(store, 32);
    load.awaitProgress();
    server.halt();
    var from = System.nanoTime();
    assertRefusedSoon();
    assertThat(Duration.ofNanos(System.nanoTime() - from))
        .isLessThan(TestStores.ANSWER_TIMEOUT.plusSeconds(4));
    assertRefusedAtOnce("");
    server.goOn();
    load.awaitProgress();
    load.stopAndCheck();
  }

  @Test
  void idleConnectionsThatDiedAreReplacedUnnoticed() throws InterruptedException {
    start();
    AppendLoad.start(store, 8).stopAndCheck();
    server.stop();
    server.start();
    Thread.sleep(1100); // connections are looked at when they were idle for a second
    AppendLoad.appendOnce(store, "quiet");
  }

  /** As behind a firewall that has forgotten it. */
  @Test
  void idleConnectionThatDoesNotAnswerAnyMoreIsReplacedUnnoticed() throws Exception {
    start();
    AppendLoad.appendOnce(store, "first");
    var backends = backendsThatWrote();
    Thread.sleep(1100); // connections are looked at when they were idle for a second
    Signal.STOP.send(backends);
    try {
      for (var i = 0; i < 8; i++) {
        AppendLoad.appendOnce(store, "quiet-" + i);
      }
    } finally {
      Signal.CONT.send(backends);
    }
  }

  private List<ProcessHandle> backendsThatWrote() throws SQLException {
    try (var connection = server.connect();
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT pid FROM pg_stat_activity WHERE query LIKE 'INSERT INTO \"event_journal%'")) {
      var found = new ArrayList<ProcessHandle>();
      while (rows.next()) {
        found.add(ProcessHandle.of(rows.getLong(1)).orElseThrow());
      }
      assertThat(found).isNotEmpty();
      return found;
    }
  }

  private void start() {
    server.start();
    store = open();
    awaitWorking();
  }

  private StoreClient open() {
    return new StoreClient(TestStores.open(TestStores.dialect(TestStores.postgres(server.port()))));
  }

  /** Reads and writes are refused, without being tried. */
  private void assertRefusedAtOnce(String reason) {
    var from = System.nanoTime();
    assertThatThrownBy(() -> store.allEvents("any"))
        .isInstanceOf(StorageUnavailable.class)
        .hasMessageContaining(reason);
    assertThatThrownBy(() -> store.append("any", 0, AppendLoad.EVENT))
        .isInstanceOf(StorageUnavailable.class);
    assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(AT_ONCE.multipliedBy(2));
  }

  /** What was not noticed yet is, by somebody who writes. */
  private void assertRefusedSoon() {
    await()
        .atMost(TestStores.ANSWER_TIMEOUT.plusSeconds(4))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> !AppendLoad.tryAppend(store, "probe"));
  }

  private void awaitWorking() {
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> AppendLoad.tryAppend(store, "probe"));
  }

  private List<Connection> hoardAll() throws SQLException {
    var hoarded = new ArrayList<Connection>();
    while (hoarded.size() < 1000) {
      try {
        hoarded.add(server.connect());
      } catch (SQLException full) {
        return hoarded;
      }
    }
    throw new AssertionError("no end of connections");
  }
}
