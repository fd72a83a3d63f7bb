package io.cloudstate.proxy.storage.jdbc;

import com.google.protobuf.UnsafeByteOperations;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.storage.store.StoredValue;
import io.cloudstate.proxy.storage.store.ValueKey;
import io.cloudstate.proxy.storage.store.ValueStore;
import io.cloudstate.proxy.storage.store.ValueWrite;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletionStage;

/** Values in a table of our own: a row for each entity, which stays when its value is deleted. */
final class JdbcValues implements ValueStore {

  private static final String READ =
      """
      SELECT "revision", "type_url", "state" FROM "value_entity_state"
      WHERE "persistence_id" = ? AND "entity_id" = ?
      """;

  private final DatabaseThreads threads;
  private final GroupCommit.Lane<ValueRow> writes;
  private final JdbcOutbox outbox;

  JdbcValues(DatabaseThreads threads, GroupCommit.Lane<ValueRow> writes, JdbcOutbox outbox) {
    this.threads = threads;
    this.writes = writes;
    this.outbox = outbox;
  }

  @Override
  public CompletionStage<StoredValue> read(ValueKey key) {
    return threads.submit(connection -> read(connection, key));
  }

  @Override
  public CompletionStage<Boolean> write(ValueWrite write) {
    return outbox.watch(write.outgoing(), writes.submit(new ValueRow(write)));
  }

  private static StoredValue read(Connection connection, ValueKey key) throws SQLException {
    try (var statement = connection.prepareStatement(READ)) {
      statement.setString(1, key.persistenceId());
      statement.setString(2, key.entityId());
      try (var row = statement.executeQuery()) {
        if (!row.next()) {
          return StoredValue.NONE;
        }
        var typeUrl = row.getString(2);
        var bytes = row.getBytes(3);
        return new StoredValue(
            row.getLong(1),
            typeUrl == null || bytes == null
                ? null
                // Nobody else holds the array.
                : new Payload(typeUrl, UnsafeByteOperations.unsafeWrap(bytes)));
      }
    }
  }
}
