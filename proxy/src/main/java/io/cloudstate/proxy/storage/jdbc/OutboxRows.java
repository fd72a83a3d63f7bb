package io.cloudstate.proxy.storage.jdbc;

import io.cloudstate.proxy.storage.journal.EventWrite;
import io.cloudstate.proxy.storage.outbox.OutgoingReply;
import io.cloudstate.proxy.storage.store.ValueWrite;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Outgoing replies on their way to their rows, in the transaction of what they belong to. */
record OutboxRows(List<Row> rows) {

  /**
   * One of them.
   *
   * @param write the place of the write that it belongs to
   * @param eventId the same whenever the reply is published
   */
  record Row(int write, String eventId, OutgoingReply reply) {}

  private static final String INSERT =
      """
      INSERT INTO "outgoing_reply" ("event_id", "stored_at", "topic", "service", "entity_key",
        "type_url", "payload", "metadata") VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """;

  /** What is published because of events. */
  static OutboxRows ofEvents(List<EventWrite> writes) {
    var rows = new ArrayList<Row>();
    for (var i = 0; i < writes.size(); i++) {
      var write = writes.get(i);
      var reply = write.outgoing();
      if (reply != null) {
        rows.add(new Row(i, write.persistenceId() + "/" + write.lastSequence(), reply));
      }
    }
    return new OutboxRows(rows);
  }

  /** What is published because of values. */
  static OutboxRows ofValues(List<ValueWrite> writes) {
    var rows = new ArrayList<Row>();
    for (var i = 0; i < writes.size(); i++) {
      var write = writes.get(i);
      var reply = write.outgoing();
      if (reply != null) {
        rows.add(new Row(i, write.key().entityId() + "/" + write.revision(), reply));
      }
    }
    return new OutboxRows(rows);
  }

  /**
   * Those of the writes that are done.
   *
   * @param areWritten whether each write is; the others were fenced
   */
  OutboxRows ofThose(List<Boolean> areWritten) {
    return new OutboxRows(rows.stream().filter(row -> areWritten.get(row.write())).toList());
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  /** Does not commit. */
  void insert(Connection connection, long timestampMillis) throws SQLException {
    if (isEmpty()) {
      return;
    }
    try (var statement = connection.prepareStatement(INSERT)) {
      for (var row : rows) {
        var reply = row.reply();
        statement.setString(1, row.eventId());
        statement.setLong(2, timestampMillis);
        statement.setString(3, reply.topic());
        statement.setString(4, reply.service());
        statement.setString(5, reply.key());
        statement.setString(6, reply.payload().typeUrl());
        statement.setBytes(7, reply.payload().value().toByteArray());
        statement.setBytes(8, MetadataBytes.write(reply.metadata()));
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }
}
