package io.cloudstate.proxy.storage.jdbc;

import io.cloudstate.proxy.storage.journal.LogPosition;
import io.cloudstate.proxy.storage.journal.LogPositions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Positions of consumers in a table of our own: a row for each slice. */
final class JdbcPositions implements LogPositions {

  private static final String READ =
      """
      SELECT "slice", "slices", "scanned", "open_numbers" FROM "event_consumer_position"
      WHERE "service" = ? AND "consumer_group" = ? AND "event_log" = ?
      """;

  private static final String INSERT =
      """
      INSERT INTO "event_consumer_position" ("saved_at", "scanned", "open_numbers", "service",
        "consumer_group", "event_log", "slices", "slice") VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """;

  private static final String FORGET =
      """
      DELETE FROM "event_consumer_position"
      WHERE "service" = ? AND "consumer_group" = ? AND "event_log" = ? AND "slices" <> ?
      """;

  private static final String UPDATE =
      """
      UPDATE "event_consumer_position" SET "saved_at" = ?, "scanned" = ?, "open_numbers" = ?
      WHERE "service" = ? AND "consumer_group" = ? AND "event_log" = ? AND "slices" = ?
        AND "slice" = ?
      """;

  private final DatabaseThreads threads;
  private final Clock clock;

  JdbcPositions(DatabaseThreads threads, Clock clock) {
    this.threads = threads;
    this.clock = clock;
  }

  @Override
  public CompletionStage<LogPosition> open(Key key, Slice slice, long start) {
    return threads.submit(connection -> open(connection, key, slice, start));
  }

  @Override
  public CompletionStage<Boolean> save(Key key, Slice slice, LogPosition position) {
    return threads.submit(connection -> write(connection, UPDATE, key, slice, position));
  }

  /** All slices at once, in one transaction: of two nodes that try, one finds them taken. */
  private LogPosition open(Connection connection, Key key, Slice slice, long start)
      throws SQLException {
    var known = read(connection, key);
    var position = known.get(slice);
    if (position != null) {
      return position;
    }
    var from =
        LogPosition.at(
            known.values().stream().mapToLong(LogPosition::watermark).min().orElse(start));
    connection.setAutoCommit(false);
    try {
      for (var number = 0; number < slice.of(); number++) {
        var one = new Slice(number, slice.of());
        if (!known.containsKey(one)) {
          var unused = write(connection, INSERT, key, one, from);
        }
      }
      forgetOthers(connection, key, slice.of());
      connection.commit();
      return from;
    } catch (SQLException e) {
      if (connection.isClosed()) {
        throw e;
      }
      connection.rollback();
      var taken = read(connection, key).get(slice);
      if (taken == null) {
        throw e;
      }
      return taken;
    } finally {
      if (!connection.isClosed()) {
        connection.setAutoCommit(true);
      }
    }
  }

  private static Map<Slice, LogPosition> read(Connection connection, Key key) throws SQLException {
    try (var statement = connection.prepareStatement(READ)) {
      statement.setString(1, key.service());
      statement.setString(2, key.group());
      statement.setString(3, key.log());
      try (var rows = statement.executeQuery()) {
        var positions = new HashMap<Slice, LogPosition>();
        while (rows.next()) {
          positions.put(
              new Slice(rows.getInt(1), rows.getInt(2)),
              LogPosition.of(rows.getLong(3), rows.getString(4)));
        }
        return positions;
      }
    }
  }

  private static void forgetOthers(Connection connection, Key key, int slices) throws SQLException {
    try (var statement = connection.prepareStatement(FORGET)) {
      statement.setString(1, key.service());
      statement.setString(2, key.group());
      statement.setString(3, key.log());
      statement.setInt(4, slices);
      statement.executeUpdate();
    }
  }

  private boolean write(
      Connection connection, String sql, Key key, Slice slice, LogPosition position)
      throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      statement.setLong(1, clock.millis());
      statement.setLong(2, position.scanned());
      statement.setString(3, position.openText());
      statement.setString(4, key.service());
      statement.setString(5, key.group());
      statement.setString(6, key.log());
      statement.setInt(7, slice.of());
      statement.setInt(8, slice.number());
      return statement.executeUpdate() == 1;
    }
  }
}
