package io.cloudstate.proxy.storage.jdbc;

import akka.actor.setup.Setup;
import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.storage.journal.EventReader;
import io.cloudstate.proxy.storage.journal.JournalStore;
import io.cloudstate.proxy.storage.journal.PayloadSerializer;
import io.cloudstate.proxy.storage.journal.StorageUnavailable;
import io.cloudstate.proxy.storage.journal.StoreHealth;
import io.cloudstate.proxy.storage.journal.StoredSnapshot;
import io.cloudstate.proxy.storage.store.ValueStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * A journal, and values, in an SQL database. It is a {@link Setup} itself: so the plugins find the
 * store their actor system was made with. While the database cannot be used everything fails at
 * once, and the store comes back by itself.
 */
public final class JdbcStore extends Setup implements JournalStore {

  private static final String JOURNAL = "akka.persistence.journal.cloudstate-jdbc";
  private static final String SNAPSHOTS = "akka.persistence.snapshot-store.cloudstate-jdbc";
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration MARGIN = Duration.ofSeconds(5);
  // Ordered by the whole key: H2 reads the index in its order then, and else the whole history.
  private static final String LAST_SEQUENCE =
      """
      SELECT "sequence_number" FROM "event_journal" WHERE "persistence_id" = ?
      ORDER BY "persistence_id" DESC, "sequence_number" DESC FETCH FIRST 1 ROWS ONLY
      """;

  private final Dialect dialect;
  private final ProxySettings.Jdbc settings;
  private final Availability availability;
  private final GroupCommit writers;
  private final GroupCommit.Lane<EventWrite> eventWrites;
  private final DatabaseThreads threads;
  private final JdbcEventReader events;
  private final JdbcValues values;
  private final Semaphore snapshots;

  private @Nullable Connection keptOpen; // an embedded database closes with its last connection

  private JdbcStore(Dialect dialect, ProxySettings.Jdbc settings, StoreHealth health) {
    this.dialect = dialect;
    this.settings = settings;
    this.availability = new Availability(this::check, health);
    this.writers = new GroupCommit(dialect, availability);
    this.eventWrites = writers.lane("events", settings.maxQueuedEvents(), this::insert);
    var readers = Math.max(1, settings.maxConnections() - dialect.writers());
    this.threads = new DatabaseThreads(dialect, availability, readers, settings.maxQueuedReads());
    this.events = new JdbcEventReader(threads, dialect.database());
    this.values =
        new JdbcValues(
            threads, writers.lane("values", settings.maxQueuedEvents(), this::writeValues));
    this.snapshots = new Semaphore(settings.maxQueuedSnapshots());
  }

  /**
   * Connects and creates or checks the tables; blocks for that.
   *
   * @param health is told when the database as such fails
   * @throws StorageUnavailable when that fails and the database is embedded; any other may be there
   *     later, and until then everything fails at once
   */
  public static JdbcStore open(Dialect dialect, ProxySettings.Jdbc settings, StoreHealth health) {
    var store = new JdbcStore(dialect, settings, health);
    try {
      store.check();
    } catch (StorageUnavailable e) {
      if (dialect.isEmbedded()) {
        store.availability.close();
        throw e;
      }
      store.availability.lost(e);
    }
    store.writers.start();
    return store;
  }

  @Override
  public Map<String, Object> akkaSettings() {
    return Map.ofEntries(
        Map.entry("akka.persistence.journal.plugin", JOURNAL),
        Map.entry(JOURNAL + ".class", JdbcJournal.class.getName()),
        Map.entry("akka.persistence.snapshot-store.plugin", SNAPSHOTS),
        Map.entry(SNAPSHOTS + ".class", JdbcSnapshots.class.getName()),
        Map.entry("akka.persistence.max-concurrent-recoveries", 1000),
        // Nothing is replayed: a filter, an actor for each start of a writer, has nothing to do.
        Map.entry(JOURNAL + ".replay-filter.mode", "off"),
        // The store fails fast by itself, and knows better than a count of failures when it is
        // back.
        Map.entry(JOURNAL + ".circuit-breaker.max-failures", Integer.MAX_VALUE),
        Map.entry(
            JOURNAL + ".circuit-breaker.call-timeout",
            settings.answerTimeout().plus(MARGIN).toMillis() + "ms"),
        Map.entry(
            JOURNAL + ".recovery-event-timeout",
            settings.answerTimeout().plus(MARGIN).toMillis() + "ms"));
  }

  @Override
  public Setup setup() {
    return this;
  }

  @Override
  public EventReader events() {
    return events;
  }

  public ValueStore values() {
    return values;
  }

  /** What waits is written, unless that takes long. */
  @Override
  public void close() {
    threads.close();
    writers.close();
    var deadline = System.nanoTime() + CLOSE_TIMEOUT.toNanos();
    try {
      var unused = threads.awaitEnd(deadline - System.nanoTime());
      unused = writers.awaitEnd(deadline - System.nanoTime());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    availability.close();
    closeKept();
  }

  /** Completes when the events are durable. */
  CompletionStage<Boolean> write(EventWrite write) {
    return eventWrites.submit(write);
  }

  private List<Boolean> insert(Connection connection, List<EventWrite> writes) throws SQLException {
    dialect.insert(connection, writes);
    return Collections.nCopies(writes.size(), true);
  }

  private List<Boolean> writeValues(Connection connection, List<ValueRow> rows)
      throws SQLException {
    return dialect.writeValues(connection, rows.stream().map(ValueRow::write).toList());
  }

  /** Number of the entity's last event, 0 when there is none. */
  CompletionStage<Long> lastSequence(String persistenceId) {
    return threads.submit(
        connection -> {
          try (var statement = connection.prepareStatement(LAST_SEQUENCE)) {
            statement.setString(1, persistenceId);
            try (var row = statement.executeQuery()) {
              return row.next() ? row.getLong(1) : 0L;
            }
          }
        });
  }

  CompletionStage<Boolean> save(String persistenceId, StoredSnapshot snapshot, long createdMillis) {
    if (!snapshots.tryAcquire()) {
      return CompletableFuture.failedFuture(
          new StorageUnavailable(dialect.database() + ": too many snapshots wait to be saved"));
    }
    return threads
        .submit(connection -> save(connection, persistenceId, snapshot, createdMillis))
        .whenComplete((saved, failure) -> snapshots.release());
  }

  private boolean save(
      Connection connection, String persistenceId, StoredSnapshot snapshot, long createdMillis)
      throws SQLException {
    try (var statement = connection.prepareStatement(dialect.upsertSnapshot())) {
      statement.setString(1, persistenceId);
      statement.setLong(2, snapshot.sequence());
      statement.setLong(3, createdMillis);
      statement.setInt(4, PayloadSerializer.IDENTIFIER);
      statement.setString(5, snapshot.payload().typeUrl());
      statement.setBytes(6, snapshot.payload().value().toByteArray());
      return statement.executeUpdate() > 0;
    }
  }

  /** Whether the database can be used as it is now; also makes the tables. */
  private synchronized void check() {
    closeKept();
    try {
      var connection = dialect.connect();
      try {
        Schema.ensure(connection, dialect, settings.autoCreateTables());
      } catch (SQLException | RuntimeException e) {
        connection.close();
        throw e;
      }
      if (dialect.isEmbedded()) {
        keptOpen = connection;
      } else {
        connection.close();
      }
    } catch (SQLException e) {
      throw new StorageUnavailable(dialect.reason(e), e);
    }
  }

  private synchronized void closeKept() {
    var kept = keptOpen;
    keptOpen = null;
    if (kept != null) {
      try {
        kept.close();
      } catch (SQLException ignored) {
        // The database was closed underneath.
      }
    }
  }
}
