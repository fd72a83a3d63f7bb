package io.cloudstate.proxy.faults;

import com.google.protobuf.InvalidProtocolBufferException;
import io.cloudstate.proxy.faults.Callers.Entity;
import io.cloudstate.proxy.testing.PostgresServer;
import io.cloudstate.tck.model.Eventsourced;
import io.cloudstate.tck.model.valueentity.Valueentity;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What the database has, past all proxies. */
final class Journal {

  private static final String EVENTS =
      """
      SELECT "sequence_number", "event_payload" FROM "event_journal"
      WHERE "persistence_id" = ? ORDER BY "sequence_number"
      """;
  private static final String VALUE =
      """
      SELECT "revision", "state" FROM "value_entity_state"
      WHERE "persistence_id" = ? AND "entity_id" = ?
      """;

  private Journal() {}

  /** The texts of an entity, in order. A value's revision counts them: see {@link #value}. */
  static List<Stored> read(PostgresServer database, Entity entity) {
    try (var connection = database.connect()) {
      return switch (entity.kind()) {
        case EVENT_SOURCED -> {
          try (var select = connection.prepareStatement(EVENTS)) {
            select.setString(1, entity.kind().persistenceId() + "|" + entity.id());
            yield events(select);
          }
        }
        case LOCAL_SET, MAJORITY_SET ->
            throw new IllegalArgumentException(entity + " is not in the database");
        case VALUE -> {
          try (var select = connection.prepareStatement(VALUE)) {
            select.setString(1, entity.kind().persistenceId());
            select.setString(2, entity.id());
            yield value(select);
          }
        }
      };
    } catch (SQLException | InvalidProtocolBufferException e) {
      throw new IllegalStateException("the history of " + entity + " cannot be read", e);
    }
  }

  private static List<Stored> events(PreparedStatement select)
      throws SQLException, InvalidProtocolBufferException {
    var events = new ArrayList<Stored>();
    try (var row = select.executeQuery()) {
      while (row.next()) {
        var event = Eventsourced.Persisted.parseFrom(row.getBytes(2));
        events.add(new Stored(row.getLong(1), event.getValue()));
      }
    }
    return events;
  }

  /** Each text is one write: the last one has to have the value's revision. */
  private static List<Stored> value(PreparedStatement select)
      throws SQLException, InvalidProtocolBufferException {
    var texts = new ArrayList<Stored>();
    try (ResultSet row = select.executeQuery()) {
      if (row.next()) {
        var all = Valueentity.Persisted.parseFrom(row.getBytes(2)).getValue().split(",");
        for (var i = 0; i < all.length; i++) {
          texts.add(new Stored(row.getLong(1) - all.length + 1 + i, all[i]));
        }
      }
    }
    return texts;
  }
}
