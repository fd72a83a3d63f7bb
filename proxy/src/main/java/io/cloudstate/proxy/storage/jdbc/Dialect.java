package io.cloudstate.proxy.storage.jdbc;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import slick.jdbc.H2Profile$;
import slick.jdbc.JdbcProfile;

/**
 * All that differs between databases.
 *
 * @param database what messages call it
 * @param url for JDBC
 * @param profile for Slick, inside the library
 * @param createTables makes the tables that are not there, in this order; leaves the others alone
 * @param writers how many transactions of the journal run at a time
 * @param lostConnection error codes after which a connection is of no more use
 */
public record Dialect(
    String database,
    String url,
    JdbcProfile profile,
    List<String> createTables,
    int writers,
    Set<Integer> lostConnection) {

  // Error codes of H2: org.h2.api.ErrorCode.
  private static final int H2_FILE_VERSION_ERROR = 90048;
  private static final int H2_DATABASE_ALREADY_OPEN = 90020;
  private static final int H2_FILE_CORRUPTED = 90030;
  private static final Set<Integer> H2_LOST =
      Set.of(
          90007, // the object is already closed
          90028, // reading or writing failed: the file is closed
          90031, // ditto, with the file named
          90067, // connection is broken
          90098, // database has been closed
          90121); // database is already closed

  /**
   * H2 in this process, on one file.
   *
   * @param file without its ending {@code .mv.db}
   */
  public static Dialect h2(Path file) {
    var path = file.toAbsolutePath().normalize();
    if (path.toString().indexOf(';') >= 0) {
      throw new IllegalArgumentException("h2File: " + path + " (expected: a path without ';')");
    }
    return new Dialect(
        "H2 " + path + ".mv.db",
        "jdbc:h2:file:"
            + path
            // Commits are in the file before they are confirmed: by default H2 gathers them for
            // half
            // a second, and kill -9 loses them.
            + ";WRITE_DELAY=0"
            // Closed by us, after the last write: not by a shutdown hook of its own in the midst.
            + ";DB_CLOSE_ON_EXIT=FALSE"
            // Ordinary payloads stay in their row; above 256 bytes H2 would put them elsewhere.
            + ";MAX_LENGTH_INPLACE_LOB=16384",
        H2Profile$.MODULE$,
        H2_TABLES,
        1, // H2 writes one at a time; with two, each takes half as many along (tried: 4k/s, not
        // 7k/s)
        H2_LOST);
  }

  /** Why the database did not open, in words for the person who has to act. */
  String reason(SQLException failure) {
    return switch (failure.getErrorCode()) {
      case H2_DATABASE_ALREADY_OPEN ->
          "is in use by another process (expected: one proxy per file)";
      case H2_FILE_CORRUPTED -> "is corrupted, or not a file of H2";
      case H2_FILE_VERSION_ERROR -> "was written by another version of H2";
      default -> {
        var directory = directoryThatFails();
        yield directory != null
            ? "cannot be written: " + directory + " is not a writable directory"
            : "does not open: " + failure.getMessage();
      }
    };
  }

  private @Nullable Path directoryThatFails() {
    if (!database.startsWith("H2 ")) {
      return null;
    }
    var directory = Path.of(database.substring("H2 ".length())).getParent();
    while (directory != null && Files.notExists(directory)) {
      directory = directory.getParent();
    }
    var usable = directory != null && Files.isDirectory(directory) && Files.isWritable(directory);
    return usable ? null : directory;
  }

  // The tables akka-persistence-jdbc 5.2 documents for H2, but for a second index on "ordering"
  // that
  // UNIQUE has made already, and for durable state, which is not used.
  private static final List<String> H2_TABLES =
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
          CREATE TABLE IF NOT EXISTS "event_tag" (
            "event_id" BIGINT NOT NULL,
            "tag" VARCHAR NOT NULL,
            PRIMARY KEY ("event_id", "tag"),
            CONSTRAINT "fk_event_journal" FOREIGN KEY ("event_id")
              REFERENCES "event_journal" ("ordering") ON DELETE CASCADE)
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
          """);
}
