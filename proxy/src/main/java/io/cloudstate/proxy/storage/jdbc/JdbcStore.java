package io.cloudstate.proxy.storage.jdbc;

import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.storage.journal.EventLogStore;
import io.cloudstate.proxy.storage.journal.EventStore;
import io.cloudstate.proxy.storage.journal.EventWrite;
import io.cloudstate.proxy.storage.journal.StorageUnavailable;
import io.cloudstate.proxy.storage.journal.StoreHealth;
import io.cloudstate.proxy.storage.journal.StoreMetrics;
import io.cloudstate.proxy.storage.journal.StoredEvent;
import io.cloudstate.proxy.storage.journal.StoredSnapshot;
import io.cloudstate.proxy.storage.outbox.Outbox;
import io.cloudstate.proxy.storage.store.ValueStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events, snapshots and values in an SQL database. While it cannot be used everything fails at
 * once, and the store comes back by itself.
 */
public final class JdbcStore implements EventStore {

  private static final Logger log = LoggerFactory.getLogger(JdbcStore.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final Dialect dialect;
  private final ProxySettings.Jdbc settings;
  private final Clock clock;
  private final String process = UUID.randomUUID().toString();
  private final Availability availability;
  private final Writers writers;
  private final GroupCommit writes;
  private final GroupCommit.Lane<EventRows> eventWrites;
  private final DatabaseThreads threads;
  private final JdbcEventReader events;
  private final JdbcValues values;
  private final WritersUnderWay writing = new WritersUnderWay();
  private final JdbcEventLog eventLog;
  private final EventLogStore logs;
  private final JdbcOutbox outbox;
  private final Semaphore snapshots;
  private final Set<Tables> needed = ConcurrentHashMap.newKeySet();

  private @Nullable Connection keptOpen; // an embedded database closes with its last connection

  private JdbcStore(
      Dialect dialect,
      ProxySettings.Jdbc settings,
      StoreHealth health,
      StoreMetrics metrics,
      Clock clock) {
    this.clock = clock;
    this.dialect = dialect;
    this.settings = settings;
    this.availability = new Availability(this::check, health);
    this.writers = dialect.writers(availability);
    this.writes = new GroupCommit(dialect, writers, availability, metrics);
    this.eventWrites = writes.lane("events", settings.maxQueuedEvents(), this::insert);
    var readers = Math.max(1, settings.maxConnections() - writers.all().size());
    this.threads =
        new DatabaseThreads(dialect, availability, metrics, readers, settings.maxQueuedReads());
    this.events = new JdbcEventReader(threads, dialect.database());
    this.outbox = new JdbcOutbox(threads);
    this.values =
        new JdbcValues(
            threads, writes.lane("values", settings.maxQueuedEvents(), this::writeValues), outbox);
    this.eventLog = new JdbcEventLog(threads, dialect, writing);
    this.logs = new EventLogStore(eventLog, new JdbcPositions(threads, clock));
    this.snapshots = new Semaphore(settings.maxQueuedSnapshots());
  }

  /**
   * Connects and creates the tables, if permitted; blocks for that.
   *
   * @param health is told when the database as such fails
   * @param metrics are told how it is used
   * @param clock dates what is stored
   * @throws StorageUnavailable when that fails and the database is embedded; any other may be there
   *     later, and until then everything fails at once
   */
  public static JdbcStore open(
      Dialect dialect,
      ProxySettings.Jdbc settings,
      StoreHealth health,
      StoreMetrics metrics,
      Clock clock) {
    var store = new JdbcStore(dialect, settings, health, metrics, clock);
    try {
      store.availability.check();
    } catch (StorageUnavailable e) {
      if (dialect.isEmbedded()) {
        store.close();
        throw e;
      }
      store.availability.lost(e);
    }
    return store;
  }

  /**
   * From now on these have to be there; while they are not, everything fails at once. Does not
   * block.
   */
  public void need(Tables tables) {
    if (needed.add(tables)) {
      availability.checkMore(() -> close(connect()));
    }
  }

  @Override
  public CompletionStage<Long> lastSequence(String persistenceId) {
    return events.lastSequence(persistenceId);
  }

  @Override
  public CompletionStage<Optional<StoredSnapshot>> latestSnapshot(String persistenceId) {
    return events.latestSnapshot(persistenceId);
  }

  @Override
  public CompletionStage<List<StoredEvent>> page(
      String persistenceId, long fromSequence, int maxEvents, long maxBytes) {
    return events.page(persistenceId, fromSequence, maxEvents, maxBytes);
  }

  @Override
  public CompletionStage<Boolean> append(EventWrite write) {
    var written =
        eventWrites
            .submit(new EventRows(write))
            .whenComplete(
                (isWritten, failure) -> {
                  if (failure == null) {
                    eventLog.written(write.persistenceId());
                  }
                });
    return outbox.watch(write.outgoing(), written);
  }

  @Override
  public CompletionStage<?> saveSnapshot(String persistenceId, StoredSnapshot snapshot) {
    return save(persistenceId, snapshot)
        .whenComplete(
            (saved, failure) -> {
              if (failure != null) {
                log.atWarn()
                    .addKeyValue("entity", persistenceId)
                    .addKeyValue("sequence", snapshot.sequence())
                    .log("snapshot not saved: {}", failure.getMessage());
              }
            });
  }

  public ValueStore values() {
    return values;
  }

  /** The events as logs. */
  public EventLogStore logs() {
    return logs;
  }

  public Outbox outbox() {
    return outbox;
  }

  /** What waits is written, unless that takes long. */
  @Override
  public void close() {
    threads.close();
    writes.close();
    var deadline = System.nanoTime() + CLOSE_TIMEOUT.toNanos();
    try {
      var unused = writes.awaitEnd(deadline - System.nanoTime());
      unused = threads.awaitEnd(deadline - System.nanoTime());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    availability.close();
    closeKept();
  }

  private CompletionStage<List<Boolean>> insert(Writer writer, List<EventRows> rows) {
    var transaction = writing.begin();
    return writer
        .insert(process, clock.millis(), rows.stream().map(EventRows::write).toList())
        .whenComplete((written, failure) -> writing.end(transaction));
  }

  private CompletionStage<List<Boolean>> writeValues(Writer writer, List<ValueRow> rows) {
    return writer.writeValues(clock.millis(), rows.stream().map(ValueRow::write).toList());
  }

  private CompletionStage<Boolean> save(String persistenceId, StoredSnapshot snapshot) {
    if (!snapshots.tryAcquire()) {
      return CompletableFuture.failedFuture(
          new StorageUnavailable(dialect.database() + ": too many snapshots wait to be saved"));
    }
    return threads
        .submit(connection -> save(connection, persistenceId, snapshot))
        .whenComplete((saved, failure) -> snapshots.release());
  }

  private boolean save(Connection connection, String persistenceId, StoredSnapshot snapshot)
      throws SQLException {
    try (var statement = connection.prepareStatement(dialect.upsertSnapshot())) {
      statement.setString(1, persistenceId);
      statement.setLong(2, snapshot.sequence());
      statement.setLong(3, clock.millis());
      statement.setInt(4, Schema.SERIALIZER_ID);
      statement.setString(5, snapshot.payload().typeUrl());
      statement.setBytes(6, snapshot.payload().value().toByteArray());
      return statement.executeUpdate() > 0;
    }
  }

  /** Whether the database can be used as it is now. Blocks, but not for the writers. */
  private synchronized CompletionStage<?> check() {
    closeKept();
    var connection = connect();
    if (dialect.isEmbedded()) {
      keptOpen = connection;
    } else {
      close(connection);
    }
    return writers.check();
  }

  /** To a database with the tables that are needed; makes them. */
  private Connection connect() {
    try {
      var connection = dialect.connect();
      try {
        Schema.ensure(connection, dialect, settings.autoCreateTables(), needed);
        return connection;
      } catch (SQLException | RuntimeException e) {
        connection.close();
        throw e;
      }
    } catch (SQLException e) {
      throw dialect.unavailable(e);
    }
  }

  private synchronized void closeKept() {
    var kept = keptOpen;
    keptOpen = null;
    if (kept != null) {
      close(kept);
    }
  }

  private static void close(Connection connection) {
    try {
      connection.close();
    } catch (SQLException ignored) {
      // The database was closed underneath.
    }
  }
}
