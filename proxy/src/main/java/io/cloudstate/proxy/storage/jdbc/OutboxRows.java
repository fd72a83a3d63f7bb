package io.cloudstate.proxy.storage.jdbc;

import io.cloudstate.proxy.storage.journal.EventWrite;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;

/** Outgoing replies on their way to their rows, in the transaction of their events. */
final class OutboxRows {

  private static final String INSERT =
      """
      INSERT INTO "outgoing_reply" ("event_id", "stored_at", "topic", "service", "entity_key",
        "type_url", "payload", "metadata") VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """;

  private OutboxRows() {}

  static boolean areIn(List<EventWrite> writes) {
    return writes.stream().map(EventWrite::outgoing).anyMatch(Objects::nonNull);
  }

  /** Does not commit. */
  static void insert(Connection connection, long timestampMillis, List<EventWrite> writes)
      throws SQLException {
    try (var statement = connection.prepareStatement(INSERT)) {
      for (var write : writes) {
        var reply = write.outgoing();
        if (reply != null) {
          statement.setString(1, write.persistenceId() + "/" + write.lastSequence());
          statement.setLong(2, timestampMillis);
          statement.setString(3, reply.topic());
          statement.setString(4, reply.service());
          statement.setString(5, reply.key());
          statement.setString(6, reply.payload().typeUrl());
          statement.setBytes(7, reply.payload().value().toByteArray());
          statement.setBytes(8, MetadataBytes.write(reply.metadata()));
          statement.addBatch();
        }
      }
      statement.executeBatch();
    }
  }
}
