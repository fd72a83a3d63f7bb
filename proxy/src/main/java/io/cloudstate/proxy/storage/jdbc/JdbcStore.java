package io.cloudstate.proxy.storage.jdbc;

import akka.actor.setup.Setup;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import io.cloudstate.proxy.storage.journal.EventReader;
import io.cloudstate.proxy.storage.journal.JournalStore;
import io.cloudstate.proxy.storage.journal.StorageUnavailable;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * A journal in an SQL database: one pool of connections, which the library's plugins and the reader
 * share. It is a {@link Setup} itself: so the plugins find the pool their actor system was made
 * with.
 */
public final class JdbcStore extends Setup implements JournalStore {

  private static final int READERS = 2;
  private static final int MAX_WAITING_READS = 1000;
  private static final int MAX_WAITING_TRANSACTIONS = 4000;
  private static final int MAX_WAITING_EVENTS = 10_000;
  private static final Duration CONNECTION_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final Dialect dialect;
  private final HikariDataSource pool;
  private final SharedDatabase database;
  private final JdbcEventReader events;

  private JdbcStore(Dialect dialect, HikariDataSource pool) {
    this.dialect = dialect;
    this.pool = pool;
    // More than transactions that write: starts and snapshots need not wait for them.
    this.database = new SharedDatabase(pool, dialect, threads(dialect), MAX_WAITING_TRANSACTIONS);
    this.events = new JdbcEventReader(pool, dialect.database(), READERS, MAX_WAITING_READS);
  }

  /**
   * Connects, creates or checks the tables, and fills the pool. Blocks.
   *
   * @param createTables whether to create those that are missing
   * @throws StorageUnavailable when that fails, a {@link SchemaMissing} when tables are missing
   */
  public static JdbcStore open(Dialect dialect, boolean createTables) {
    // The pool opens while the first connection is: an embedded database closes with its last one.
    try (var first = DriverManager.getConnection(dialect.url())) {
      if (first.isReadOnly()) {
        throw new StorageUnavailable(dialect.database() + " is not writable");
      }
      Schema.ensure(first, dialect, createTables);
      return new JdbcStore(dialect, pool(dialect));
    } catch (SQLException e) {
      throw new StorageUnavailable(dialect.database() + " " + dialect.reason(e), e);
    } catch (PoolInitializationException e) {
      throw new StorageUnavailable(dialect.database() + " refuses connections", e);
    }
  }

  @Override
  public Map<String, Object> akkaSettings() {
    return Map.ofEntries(
        Map.entry("akka.persistence.journal.plugin", "jdbc-journal"),
        Map.entry("akka.persistence.snapshot-store.plugin", "jdbc-snapshot-store"),
        Map.entry("akka.persistence.max-concurrent-recoveries", 200),
        Map.entry(
            "akka-persistence-jdbc.database-provider-fqcn", SharedDatabaseProvider.class.getName()),
        Map.entry("jdbc-snapshot-store.class", UnawaitedSnapshotStore.class.getName()),
        // How many wait, how many of them make one transaction, how many of those run at a time.
        Map.entry("jdbc-journal.bufferSize", MAX_WAITING_EVENTS),
        Map.entry("jdbc-journal.batchSize", 400),
        Map.entry("jdbc-journal.parallelism", dialect.writers()),
        // Nothing is replayed: a filter, an actor for each start of a writer, has nothing to do.
        Map.entry("jdbc-journal.replay-filter.mode", "off"),
        Map.entry("jdbc-journal.recovery-event-timeout", "10s"),
        // The pool fails fast by itself. The breaker only saves the queue, and tries again soon; it
        // counts each write of a group that failed, so a single fenced group must not open it.
        Map.entry("jdbc-journal.circuit-breaker.max-failures", 1000),
        Map.entry("jdbc-journal.circuit-breaker.call-timeout", "10s"),
        Map.entry("jdbc-journal.circuit-breaker.reset-timeout", "1s"));
  }

  @Override
  public Setup setup() {
    return this;
  }

  @Override
  public EventReader events() {
    return events;
  }

  @Override
  public void close() {
    events.close();
    // Closing interrupts who still works, and an interrupt closes H2's file under everybody's
    // hands.
    var deadline = System.nanoTime() + CLOSE_TIMEOUT.toNanos();
    while (pool.getHikariPoolMXBean().getActiveConnections() > 0 && System.nanoTime() < deadline) {
      LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
    }
    database.close();
    pool.close();
  }

  SharedDatabase database() {
    return database;
  }

  private static int threads(Dialect dialect) {
    return dialect.writers() + 2;
  }

  private static HikariDataSource pool(Dialect dialect) {
    var config = new HikariConfig();
    config.setPoolName("store");
    config.setJdbcUrl(dialect.url());
    // Everybody who may ask has a connection: no thread ever waits for another's.
    config.setMaximumPoolSize(threads(dialect) + READERS);
    config.setConnectionTimeout(CONNECTION_TIMEOUT.toMillis());
    config.setValidationTimeout(CONNECTION_TIMEOUT.toMillis());
    config.setExceptionOverride(new LostConnections(dialect.lostConnection()));
    return new FailFastPool(config);
  }
}
