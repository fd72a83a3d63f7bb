package io.cloudstate.proxy.storage.jdbc;

import io.cloudstate.proxy.storage.journal.EventWrite;
import io.cloudstate.proxy.storage.store.ValueWrite;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** H2 in this process, on one file. */
public final class H2Dialect implements Dialect {

  // Error codes of H2: org.h2.api.ErrorCode.
  private static final int FILE_VERSION_ERROR = 90048;
  private static final int DATABASE_ALREADY_OPEN = 90020;
  private static final int FILE_CORRUPTED = 90030;

  private static final String INSERT_EVENT =
      """
      INSERT INTO "event_journal" ("persistence_id", "sequence_number", "writer",
        "write_timestamp", "adapter_manifest", "event_ser_id", "event_ser_manifest",
        "event_payload") VALUES (?, ?, ?, ?, '', ?, ?, ?)
      """;

  private static final String UPDATE_VALUE =
      """
      UPDATE "value_entity_state" SET "revision" = "revision" + 1, "type_url" = ?, "state" = ?
      WHERE "persistence_id" = ? AND "entity_id" = ? AND "revision" = ?
      """;
  private static final String INSERT_VALUE =
      """
      INSERT INTO "value_entity_state" ("revision", "type_url", "state", "persistence_id",
        "entity_id")
      SELECT 1, CAST(? AS VARCHAR), CAST(? AS BLOB), p, e
      FROM (VALUES (CAST(? AS VARCHAR), CAST(? AS VARCHAR))) AS k(p, e)
      WHERE NOT EXISTS (
        SELECT 1 FROM "value_entity_state" WHERE "persistence_id" = p AND "entity_id" = e)
      """;

  private final Path file;

  /**
   * The database in this file.
   *
   * @param file without its ending {@code .mv.db}
   */
  public H2Dialect(Path file) {
    this.file = file.toAbsolutePath().normalize();
    if (this.file.toString().indexOf(';') >= 0) {
      throw new IllegalArgumentException(
          "h2File: " + this.file + " (expected: a path without ';')");
    }
  }

  @Override
  public String database() {
    return "H2 " + file + ".mv.db";
  }

  String url() {
    return "jdbc:h2:file:"
        + file
        // Commits are in the file before they are confirmed: by default H2 gathers them for half a
        // second, and kill -9 loses them.
        + ";WRITE_DELAY=0"
        // Closed by us, after the last write: not by a shutdown hook of its own in the midst.
        + ";DB_CLOSE_ON_EXIT=FALSE"
        // Ordinary payloads stay in their row; above 256 bytes H2 would put them elsewhere.
        + ";MAX_LENGTH_INPLACE_LOB=16384";
  }

  @Override
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(url());
  }

  @Override
  public List<String> createTables() {
    return TABLES;
  }

  @Override
  public void checkRights(Connection connection, Set<Tables> needed) throws SQLException {
    if (connection.isReadOnly()) {
      throw new SchemaMissing(database() + " is not writable");
    }
  }

  @Override
  public Writers writers(Availability availability) {
    return new H2Writer(this, availability);
  }

  /** As {@link Writer#insert}. Blocks. */
  void insert(Connection connection, String process, long timestampMillis, List<EventWrite> writes)
      throws SQLException {
    Transactions.commit(
        connection,
        () -> {
          OutboxRows.ofEvents(writes).insert(connection, timestampMillis);
          return insertEach(connection, process, timestampMillis, writes);
        });
  }

  /** As {@link Writer#writeValues}. Blocks. */
  List<Boolean> writeValues(Connection connection, long timestampMillis, List<ValueWrite> writes)
      throws SQLException {
    return Transactions.commit(
        connection,
        () -> {
          var areWritten = writeEach(connection, writes);
          OutboxRows.ofValues(writes).ofThose(areWritten).insert(connection, timestampMillis);
          return areWritten;
        });
  }

  private static int[] insertEach(
      Connection connection, String process, long timestampMillis, List<EventWrite> writes)
      throws SQLException {
    try (var statement = connection.prepareStatement(INSERT_EVENT)) {
      for (var write : writes) {
        var sequence = write.firstSequence();
        for (var event : write.events()) {
          statement.setString(1, write.persistenceId());
          statement.setLong(2, sequence++);
          statement.setString(3, process);
          statement.setLong(4, timestampMillis);
          statement.setInt(5, Schema.SERIALIZER_ID);
          statement.setString(6, event.typeUrl());
          statement.setBytes(7, event.value().toByteArray());
          statement.addBatch();
        }
      }
      return statement.executeBatch();
    }
  }

  private static List<Boolean> writeEach(Connection connection, List<ValueWrite> writes)
      throws SQLException {
    try (var update = connection.prepareStatement(UPDATE_VALUE);
        var insert = connection.prepareStatement(INSERT_VALUE)) {
      var written = new ArrayList<Boolean>(writes.size());
      for (var write : writes) {
        var isFirst = write.expectedRevision() == 0;
        var statement = isFirst ? insert : update;
        var value = write.value();
        statement.setString(1, value == null ? null : value.typeUrl());
        statement.setBytes(2, value == null ? null : value.value().toByteArray());
        statement.setString(3, write.key().persistenceId());
        statement.setString(4, write.key().entityId());
        if (!isFirst) {
          statement.setLong(5, write.expectedRevision());
        }
        written.add(statement.executeUpdate() == 1);
      }
      return written;
    }
  }

  @Override
  public String upsertSnapshot() {
    return """
    MERGE INTO "snapshot" ("persistence_id", "sequence_number", "created", "snapshot_ser_id",
      "snapshot_ser_manifest", "snapshot_payload") KEY ("persistence_id", "sequence_number")
    VALUES (?, ?, ?, ?, ?, ?)
    """;
  }

  @Override
  public Set<String> eventWriters(Connection connection) {
    throw new AssertionError("the process that has opened the file is the only one");
  }

  @Override
  public boolean isEmbedded() {
    return true;
  }

  @Override
  public String reason(SQLException failure) {
    return switch (failure.getErrorCode()) {
      case DATABASE_ALREADY_OPEN ->
          database() + " is in use by another process (expected: one proxy per file)";
      case FILE_CORRUPTED -> database() + " is corrupted, or not a file of H2";
      case FILE_VERSION_ERROR -> database() + " was written by another version of H2";
      default -> {
        var directory = directoryThatFails();
        yield directory != null
            ? database() + " cannot be written: " + directory + " is not a writable directory"
            : database() + " fails: " + failure.getMessage();
      }
    };
  }

  private @Nullable Path directoryThatFails() {
    var directory = file.getParent();
    while (directory != null && Files.notExists(directory)) {
      directory = directory.getParent();
    }
    var usable = directory != null && Files.isDirectory(directory) && Files.isWritable(directory);
    return usable ? null : directory;
  }

  // The tables akka-persistence-jdbc 5.2 documents for H2, but for a second index on "ordering"
  // that UNIQUE has made already, for its table of tags and for durable state: not used.
  private static final List<String> TABLES =
      List.of(
          """
          CREATE TABLE IF NOT EXISTS "event_journal" (
            "ordering" BIGINT UNIQUE NOT NULL AUTO_INCREMENT,
            "deleted" BOOLEAN DEFAULT false NOT NULL,
            "persistence_id" VARCHAR(255) NOT NULL,
            "sequence_number" BIGINT NOT NULL,
            "writer" VARCHAR NOT NULL,
            "write_timestamp" BIGINT NOT NULL,
            "adapter_manifest" VARCHAR NOT NULL,
            "event_payload" BLOB NOT NULL,
            "event_ser_id" INTEGER NOT NULL,
            "event_ser_manifest" VARCHAR NOT NULL,
            "meta_payload" BLOB,
            "meta_ser_id" INTEGER,
            "meta_ser_manifest" VARCHAR,
            PRIMARY KEY ("persistence_id", "sequence_number"))
          """,
          """
          CREATE TABLE IF NOT EXISTS "snapshot" (
            "persistence_id" VARCHAR(255) NOT NULL,
            "sequence_number" BIGINT NOT NULL,
            "created" BIGINT NOT NULL,
            "snapshot_ser_id" INTEGER NOT NULL,
            "snapshot_ser_manifest" VARCHAR NOT NULL,
            "snapshot_payload" BLOB NOT NULL,
            "meta_ser_id" INTEGER,
            "meta_ser_manifest" VARCHAR,
            "meta_payload" BLOB,
            PRIMARY KEY ("persistence_id", "sequence_number"))
          """,
          // Ours: the two last are null when the value was deleted.
          """
          CREATE TABLE IF NOT EXISTS "value_entity_state" (
            "persistence_id" VARCHAR(255) NOT NULL,
            "entity_id" VARCHAR(255) NOT NULL,
            "revision" BIGINT NOT NULL,
            "type_url" VARCHAR,
            "state" BLOB,
            CONSTRAINT "value_entity_state_pk" PRIMARY KEY ("persistence_id", "entity_id"))
          """,
          // Ours: how far the consumers of event logs are (docs/decisions/0010).
          """
          CREATE TABLE IF NOT EXISTS "event_consumer_position" (
            "service" VARCHAR(255) NOT NULL,
            "consumer_group" VARCHAR(255) NOT NULL,
            "event_log" VARCHAR(255) NOT NULL,
            "slices" INTEGER NOT NULL,
            "slice" INTEGER NOT NULL,
            "scanned" BIGINT NOT NULL,
            "open_numbers" VARCHAR NOT NULL,
            "saved_at" BIGINT NOT NULL,
            CONSTRAINT "event_consumer_position_pk"
              PRIMARY KEY ("service", "consumer_group", "event_log", "slices", "slice"))
          """,
          // Ours: what is published because of events (docs/decisions/0012).
          """
          CREATE TABLE IF NOT EXISTS "outgoing_reply" (
            "number" BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
            "event_id" VARCHAR(300) NOT NULL,
            "stored_at" BIGINT NOT NULL,
            "topic" VARCHAR(255) NOT NULL,
            "service" VARCHAR NOT NULL,
            "entity_key" VARCHAR(255) NOT NULL,
            "type_url" VARCHAR NOT NULL,
            "payload" BLOB NOT NULL,
            "metadata" BLOB NOT NULL)
          """);
}
