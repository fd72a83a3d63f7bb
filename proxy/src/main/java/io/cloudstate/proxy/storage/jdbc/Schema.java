package io.cloudstate.proxy.storage.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tables the store needs: checks that they are there, and creates them when permitted. */
final class Schema {

  // Only what is read or written; more columns do no harm.
  private static final Map<String, List<String>> TABLES = new LinkedHashMap<>();

  static {
    TABLES.put(
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
            "meta_ser_manifest"));
    TABLES.put(
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
            "meta_payload"));
    TABLES.put(
        "value_entity_state",
        List.of("persistence_id", "entity_id", "revision", "type_url", "state"));
  }

  private Schema() {}

  /** Leaves tables that exist as they are. Safe when two processes do it at once. */
  static void ensure(Connection connection, Dialect dialect, boolean create) throws SQLException {
    var missing = firstMissing(connection);
    if (missing != null && create) {
      var failure = create(connection, dialect);
      missing = firstMissing(connection); // perhaps made by another proxy, at the same moment
      if (missing != null && failure != null) {
        throw new SchemaMissing(
            "%s: %s is missing and cannot be created: %s"
                .formatted(dialect.database(), missing, failure.getMessage()));
      }
    }
    if (missing != null) {
      throw new SchemaMissing(
          dialect.database() + ": " + missing + " is missing (expected: the tables of the manual)");
    }
    dialect.checkRights(connection);
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

  private static @Nullable String firstMissing(Connection connection) throws SQLException {
    if (connection.getSchema() == null) {
      return "the schema";
    }
    for (var table : TABLES.entrySet()) {
      var columns = new HashSet<String>();
      try (var found =
          connection
              .getMetaData()
              .getColumns(connection.getCatalog(), connection.getSchema(), table.getKey(), null)) {
        while (found.next()) {
          columns.add(found.getString("COLUMN_NAME"));
        }
      }
      if (columns.isEmpty()) {
        return "table " + table.getKey();
      }
      for (var column : table.getValue()) {
        if (!columns.contains(column)) {
          return "column " + column + " of table " + table.getKey();
        }
      }
    }
    return null;
  }
}
