package io.cloudstate.proxy.storage.jdbc;

import com.google.protobuf.UnsafeByteOperations;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.storage.journal.StorageUnavailable;
import io.cloudstate.proxy.storage.journal.StoredEvent;
import io.cloudstate.proxy.storage.journal.StoredSnapshot;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Reads the tables, on the threads of the store. */
final class JdbcEventReader {

  // Ordered by the whole key: H2 reads the index in its order then, and else the whole history.
  private static final String LAST_SEQUENCE =
      """
      SELECT "sequence_number" FROM "event_journal" WHERE "persistence_id" = ?
      ORDER BY "persistence_id" DESC, "sequence_number" DESC FETCH FIRST 1 ROWS ONLY
      """;

  private static final String LATEST_SNAPSHOT =
      """
      SELECT "sequence_number", "snapshot_ser_id", "snapshot_ser_manifest", "snapshot_payload"
      FROM "snapshot" WHERE "persistence_id" = ?
      ORDER BY "persistence_id" DESC, "sequence_number" DESC FETCH FIRST 1 ROWS ONLY
      """;

  // The limit in bytes is the database's business: a driver may read all rows before the first.
  // Ordered by the whole key: H2 reads the index in its order then, and else all that follows.
  private static final String PAGE =
      """
      SELECT s, i, m, b FROM (
        SELECT s, i, m, b, SUM(OCTET_LENGTH(b)) OVER (ORDER BY s) AS total FROM (
          SELECT "sequence_number" AS s, "event_ser_id" AS i, "event_ser_manifest" AS m,
            "event_payload" AS b
          FROM "event_journal"
          WHERE "persistence_id" = ? AND "sequence_number" >= ? AND "deleted" = FALSE
          ORDER BY "persistence_id", "sequence_number" FETCH FIRST ? ROWS ONLY) AS limited)
        AS summed
      WHERE total <= ? OR total = OCTET_LENGTH(b)
      ORDER BY s
      """;

  private final DatabaseThreads threads;
  private final String database;

  JdbcEventReader(DatabaseThreads threads, String database) {
    this.threads = threads;
    this.database = database;
  }

  CompletionStage<Long> lastSequence(String persistenceId) {
    return threads.submit(connection -> readLastSequence(connection, persistenceId));
  }

  CompletionStage<Optional<StoredSnapshot>> latestSnapshot(String persistenceId) {
    return threads.submit(connection -> readLatest(connection, persistenceId));
  }

  CompletionStage<List<StoredEvent>> page(
      String persistenceId, long fromSequence, int maxEvents, long maxBytes) {
    return threads.submit(
        connection ->
            readPage(connection, persistenceId, Math.max(1, fromSequence), maxEvents, maxBytes));
  }

  private long readLastSequence(Connection connection, String persistenceId) throws SQLException {
    try (var statement = connection.prepareStatement(LAST_SEQUENCE)) {
      statement.setString(1, persistenceId);
      try (var row = statement.executeQuery()) {
        return row.next() ? row.getLong(1) : 0;
      }
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
      statement.setLong(4, maxBytes);
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
    if (row.getInt(2) != Schema.SERIALIZER_ID) {
      throw new StorageUnavailable(
          database
              + ": "
              + persistenceId
              + " has serializer "
              + row.getInt(2)
              + " (expected: "
              + Schema.SERIALIZER_ID
              + ")");
    }
    // Nobody else holds the array.
    return new Payload(row.getString(3), UnsafeByteOperations.unsafeWrap(row.getBytes(4)));
  }
}
