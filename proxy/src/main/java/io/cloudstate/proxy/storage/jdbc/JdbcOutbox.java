package io.cloudstate.proxy.storage.jdbc;

import com.google.protobuf.UnsafeByteOperations;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.storage.outbox.Outbox;
import io.cloudstate.proxy.storage.outbox.OutgoingReply;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Outgoing replies in their table. */
final class JdbcOutbox implements Outbox {

  private static final String OLDEST =
      """
      SELECT "number", "event_id", "stored_at", "topic", "service", "entity_key", "type_url",
        "payload", "metadata" FROM "outgoing_reply" ORDER BY "number" LIMIT ?
      """;
  private static final String REMOVE = "DELETE FROM \"outgoing_reply\" WHERE \"number\" = ?";

  private static final String SIZE =
      """
      SELECT COUNT(*) FROM (SELECT 1 FROM "outgoing_reply" LIMIT 100000) AS "counted"
      """;

  private final DatabaseThreads threads;
  private volatile @Nullable Runnable whenWritten;

  JdbcOutbox(DatabaseThreads threads) {
    this.threads = threads;
  }

  @Override
  public CompletionStage<List<Entry>> oldest(int max) {
    return threads.submit(connection -> read(connection, max));
  }

  @Override
  public CompletionStage<Void> remove(List<Long> numbers) {
    return threads.submit(connection -> delete(connection, numbers)).thenApply(deleted -> null);
  }

  @Override
  public CompletionStage<Long> size() {
    return threads.submit(JdbcOutbox::count);
  }

  @Override
  public void whenWritten(Runnable action) {
    whenWritten = action;
  }

  /** Tells of a reply when the write that it belongs to is done. */
  CompletionStage<Boolean> watch(@Nullable OutgoingReply reply, CompletionStage<Boolean> written) {
    return reply == null
        ? written
        : written.whenComplete(
            (isWritten, failure) -> {
              var action = whenWritten;
              if (action != null && Boolean.TRUE.equals(isWritten)) {
                action.run();
              }
            });
  }

  private static List<Entry> read(Connection connection, int max) throws SQLException {
    try (var statement = connection.prepareStatement(OLDEST)) {
      statement.setInt(1, max);
      try (var row = statement.executeQuery()) {
        var entries = new ArrayList<Entry>();
        while (row.next()) {
          entries.add(entry(row));
        }
        return entries;
      }
    }
  }

  private static long count(Connection connection) throws SQLException {
    try (var statement = connection.prepareStatement(SIZE);
        var row = statement.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  private static Entry entry(ResultSet row) throws SQLException {
    var payload = new Payload(row.getString(7), UnsafeByteOperations.unsafeWrap(row.getBytes(8)));
    var reply =
        new OutgoingReply(
            row.getString(4),
            row.getString(5),
            row.getString(6),
            payload,
            MetadataBytes.read(row.getBytes(9)));
    return new Entry(row.getLong(1), row.getString(2), Instant.ofEpochMilli(row.getLong(3)), reply);
  }

  private static int[] delete(Connection connection, List<Long> numbers) throws SQLException {
    try (var statement = connection.prepareStatement(REMOVE)) {
      for (var number : numbers) {
        statement.setLong(1, number);
        statement.addBatch();
      }
      return statement.executeBatch();
    }
  }
}
