package io.cloudstate.proxy.storage.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The tables the store needs: checks that they are there, and creates them when permitted. */
final class Schema {

  /** Stands beside every payload: a type URL and bytes, each in a column. Never change it. */
  static final int SERIALIZER_ID = 1222419123;

  /** A table and its columns: only what is read or written; more columns do no harm. */
  private record Table(Tables neededFor, String name, List<String> columns) {}

  private static final List<Table> TABLES =
      List.of(
          new Table(
              Tables.EVENTS,
              "event_journal",
              List.of(
                  "ordering",
                  "deleted",
                  "persistence_id",
                  "sequence_number",
                  "writer",
                  "write_timestamp",
                  "adapter_manifest",
                  "event_payload",
                  "event_ser_id",
                  "event_ser_manifest",
                  "meta_payload",
                  "meta_ser_id",
                  "meta_ser_manifest")),
          new Table(
              Tables.EVENTS,
              "snapshot",
              List.of(
                  "persistence_id",
                  "sequence_number",
                  "created",
                  "snapshot_ser_id",
                  "snapshot_ser_manifest",
                  "snapshot_payload",
                  "meta_ser_id",
                  "meta_ser_manifest",
                  "meta_payload")),
          new Table(
              Tables.VALUES,
              "value_entity_state",
              List.of("persistence_id", "entity_id", "revision", "type_url", "state")),
          new Table(
              Tables.EVENT_LOGS,
              "event_journal",
              List.of(
                  "ordering",
                  "persistence_id",
                  "sequence_number",
                  "write_timestamp",
                  "event_payload",
                  "event_ser_id",
                  "event_ser_manifest")),
          new Table(
              Tables.EVENT_LOGS,
              "event_consumer_position",
              List.of(
                  "service",
                  "consumer_group",
                  "event_log",
                  "slices",
                  "slice",
                  "scanned",
                  "open_numbers",
                  "saved_at")),
          new Table(
              Tables.OUTBOX,
              "outgoing_reply",
              List.of(
                  "number",
                  "event_id",
                  "stored_at",
                  "topic",
                  "service",
                  "entity_key",
                  "type_url",
                  "payload",
                  "metadata")));

  private Schema() {}

  /**
   * Creates all that is missing, if permitted, and leaves tables that exist as they are. Safe when
   * two processes do it at once.
   *
   * @param needed what has to be there in the end
   */
  static void ensure(Connection connection, Dialect dialect, boolean create, Set<Tables> needed)
      throws SQLException {
    SQLException failure = null;
    if (create && firstMissing(connection, EnumSet.allOf(Tables.class)) != null) {
      failure = create(connection, dialect);
    }
    var missing = firstMissing(connection, needed);
    if (missing != null && failure != null) {
      throw new SchemaMissing(
          "%s: %s is missing and cannot be created: %s"
              .formatted(dialect.database(), missing, failure.getMessage()));
    }
    if (missing != null) {
      throw new SchemaMissing(
          dialect.database() + ": " + missing + " is missing (expected: the tables of the manual)");
    }
    dialect.checkRights(connection, needed);
  }

  private static @Nullable SQLException create(Connection connection, Dialect dialect) {
    SQLException failure = null;
    try (var statement = connection.createStatement()) {
      for (var table : dialect.createTables()) {
        try {
          statement.execute(table);
        } catch (SQLException e) {
          failure = failure == null ? e : failure;
        }
      }
    } catch (SQLException e) {
      failure = e;
    }
    return failure;
  }

  private static @Nullable String firstMissing(Connection connection, Set<Tables> needed)
      throws SQLException {
    if (connection.getSchema() == null && !needed.isEmpty()) {
      return "the schema";
    }
    for (var table : TABLES) {
      var missing = needed.contains(table.neededFor()) ? missing(connection, table) : null;
      if (missing != null) {
        return missing;
      }
    }
    return null;
  }

  private static @Nullable String missing(Connection connection, Table table) throws SQLException {
    var columns = new HashSet<String>();
    try (var found =
        connection
            .getMetaData()
            .getColumns(connection.getCatalog(), connection.getSchema(), table.name(), null)) {
      while (found.next()) {
        columns.add(found.getString("COLUMN_NAME"));
      }
    }
    if (columns.isEmpty()) {
      return "table " + table.name();
    }
    return table.columns().stream()
        .filter(column -> !columns.contains(column))
        .findFirst()
        .map(column -> "column %s of table %s".formatted(column, table.name()))
        .orElse(null);
  }
}
