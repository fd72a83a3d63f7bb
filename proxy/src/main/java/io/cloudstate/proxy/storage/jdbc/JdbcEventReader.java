package io.cloudstate.proxy.storage.jdbc;

import com.google.protobuf.UnsafeByteOperations;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.storage.journal.EventReader;
import io.cloudstate.proxy.storage.journal.PayloadSerializer;
import io.cloudstate.proxy.storage.journal.StorageUnavailable;
import io.cloudstate.proxy.storage.journal.StoredEvent;
import io.cloudstate.proxy.storage.journal.StoredSnapshot;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** Reads the library's tables, on a few threads of its own with a bounded queue in front. */
final class JdbcEventReader implements EventReader, AutoCloseable {

  private static final String LATEST_SNAPSHOT =
      """
      SELECT "sequence_number", "snapshot_ser_id", "snapshot_ser_manifest", "snapshot_payload"
      FROM "snapshot" WHERE "persistence_id" = ?
      ORDER BY "sequence_number" DESC FETCH FIRST 1 ROWS ONLY
      """;
  private static final String PAGE =
      """
      SELECT "sequence_number", "event_ser_id", "event_ser_manifest", "event_payload"
      FROM "event_journal"
      WHERE "persistence_id" = ? AND "sequence_number" >= ? AND "deleted" = FALSE
      ORDER BY "sequence_number" FETCH FIRST ? ROWS ONLY
      """;

  private final DataSource pool;
  private final String database;
  private final ThreadPoolExecutor threads;

  JdbcEventReader(DataSource pool, String database, int threads, int maxWaiting) {
    this.pool = pool;
    this.database = database;
    var count = new AtomicInteger();
    this.threads =
        new ThreadPoolExecutor(
            threads,
            threads,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(maxWaiting),
            task -> {
              var thread = new Thread(task, "store-reader-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public CompletionStage<Optional<StoredSnapshot>> latestSnapshot(String persistenceId) {
    return submit(connection -> readLatest(connection, persistenceId));
  }

  @Override
  public CompletionStage<List<StoredEvent>> page(
      String persistenceId, long fromSequence, int maxEvents, long maxBytes) {
    return submit(
        connection ->
            readPage(connection, persistenceId, Math.max(1, fromSequence), maxEvents, maxBytes));
  }

  /** What waits is still read. */
  @Override
  public void close() {
    threads.shutdown();
  }

  private interface Query<T> {
    T run(Connection connection) throws SQLException;
  }

  private <T> CompletionStage<T> submit(Query<T> query) {
    try {
      return CompletableFuture.supplyAsync(() -> run(query), threads);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(
          new StorageUnavailable(database + " is closed, or too many reads wait for it", e));
    }
  }

  private <T> T run(Query<T> query) {
    try (var connection = pool.getConnection()) {
      return query.run(connection);
    } catch (SQLException e) {
      throw new StorageUnavailable(database + " did not answer: " + e.getMessage(), e);
    }
  }

  private Optional<StoredSnapshot> readLatest(Connection connection, String persistenceId)
      throws SQLException {
    try (var statement = connection.prepareStatement(LATEST_SNAPSHOT)) {
      statement.setString(1, persistenceId);
      try (var row = statement.executeQuery()) {
        return row.next()
            ? Optional.of(new StoredSnapshot(row.getLong(1), payload(persistenceId, row)))
            : Optional.empty();
      }
    }
  }

  private List<StoredEvent> readPage(
      Connection connection, String persistenceId, long from, int maxEvents, long maxBytes)
      throws SQLException {
    try (var statement = connection.prepareStatement(PAGE)) {
      statement.setString(1, persistenceId);
      statement.setLong(2, from);
      statement.setInt(3, maxEvents);
      try (var rows = statement.executeQuery()) {
        var page = new ArrayList<StoredEvent>();
        var bytes = 0L;
        while (bytes < maxBytes && rows.next()) {
          var event = new StoredEvent(rows.getLong(1), payload(persistenceId, rows));
          if (event.sequence() != from + page.size()) {
            throw new StorageUnavailable(
                database
                    + ": "
                    + persistenceId
                    + " has event "
                    + event.sequence()
                    + " (expected: "
                    + (from + page.size())
                    + ")");
          }
          bytes += event.payload().value().size();
          if (bytes > maxBytes && !page.isEmpty()) {
            break;
          }
          page.add(event);
        }
        return page;
      }
    }
  }

  /** From the second to the fourth column. */
  private Payload payload(String persistenceId, ResultSet row) throws SQLException {
    if (row.getInt(2) != PayloadSerializer.IDENTIFIER) {
      throw new StorageUnavailable(
          database
              + ": "
              + persistenceId
              + " has serializer "
              + row.getInt(2)
              + " (expected: "
              + PayloadSerializer.IDENTIFIER
              + ")");
    }
    // Nobody else holds the array.
    return new Payload(row.getString(3), UnsafeByteOperations.unsafeWrap(row.getBytes(4)));
  }
}
