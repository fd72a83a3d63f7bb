package io.cloudstate.proxy.storage.jdbc;

import com.google.protobuf.UnsafeByteOperations;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.storage.journal.EventLog;
import io.cloudstate.proxy.storage.journal.LoggedEvent;
import io.cloudstate.proxy.storage.journal.StorageUnavailable;
import io.cloudstate.proxy.storage.journal.Watchers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Reads the journal by its column {@code ordering}, on the threads of the store. */
final class JdbcEventLog implements EventLog {

  /** Of what appears in one go; more is read the next time. */
  private static final int MAX_APPEARED = 1000;

  private static final String HEAD =
      """
      SELECT "ordering" FROM "event_journal" ORDER BY "ordering" DESC FETCH FIRST 1 ROWS ONLY
      """;

  // Rows of other types only where there is a gap before them, and the last one.
  private static final String SCAN =
      """
      SELECT o, b, p, s, h, n FROM (
        SELECT o, COALESCE(LAG(o) OVER (ORDER BY o), ?) AS b, p, s,
          MAX(o) OVER () AS h, COUNT(*) OVER () AS n
        FROM (
          SELECT "ordering" AS o,
            CASE WHEN "persistence_id" LIKE ? ESCAPE '!' THEN "persistence_id" END AS p,
            CASE WHEN "persistence_id" LIKE ? ESCAPE '!' THEN OCTET_LENGTH("event_payload") END AS s
          FROM "event_journal" WHERE "ordering" > ?
          ORDER BY "ordering" FETCH FIRST ? ROWS ONLY) AS page)
        AS lagged
      WHERE p IS NOT NULL OR o <> b + 1 OR o = h
      ORDER BY o
      """;

  private static final String APPEARED =
      """
      SELECT "ordering",
        CASE WHEN "persistence_id" LIKE ? ESCAPE '!' THEN "persistence_id" END,
        CASE WHEN "persistence_id" LIKE ? ESCAPE '!' THEN OCTET_LENGTH("event_payload") END
      FROM "event_journal" WHERE "ordering" BETWEEN ? AND ?
      ORDER BY "ordering" FETCH FIRST ? ROWS ONLY
      """;

  private static final String FETCH =
      """
      SELECT "ordering", "persistence_id", "sequence_number", "write_timestamp", "event_ser_id",
        "event_ser_manifest", "event_payload"
      FROM "event_journal" WHERE "ordering" IN (%s) ORDER BY "ordering"
      """;

  private final DatabaseThreads threads;
  private final Dialect dialect;
  private final WritersUnderWay writers;
  private final Watchers watchers = new Watchers();

  /**
   * @param writers of this process
   */
  JdbcEventLog(DatabaseThreads threads, Dialect dialect, WritersUnderWay writers) {
    this.threads = threads;
    this.dialect = dialect;
    this.writers = writers;
  }

  @Override
  public CompletionStage<Long> head() {
    return threads.submit(JdbcEventLog::readHead);
  }

  @Override
  public CompletionStage<Read> read(Query query) {
    return threads.submit(connection -> read(connection, query));
  }

  @Override
  public CompletionStage<List<LoggedEvent>> fetch(List<Long> numbers) {
    return threads.submit(connection -> fetch(connection, numbers));
  }

  @Override
  public Watch watch(Consumer<String> listener) {
    return watchers.add(listener);
  }

  void written(String persistenceId) {
    watchers.written(persistenceId);
  }

  private static long readHead(Connection connection) throws SQLException {
    try (var statement = connection.prepareStatement(HEAD);
        var row = statement.executeQuery()) {
      return row.next() ? row.getLong(1) : 0;
    }
  }

  /** In this order: see {@link Read}. */
  private Read read(Connection connection, Query query) throws SQLException {
    var writing = query.wantsWriters() ? writers(connection) : null;
    var entries = new ArrayList<Entry>();
    var missing = new ArrayList<Numbers>();
    var scannedTo = query.after();
    var rowsLookedAt = 0L;
    if (query.maxNew() > 0) {
      try (var statement = connection.prepareStatement(SCAN)) {
        var pattern = pattern(query.typePrefix());
        statement.setLong(1, query.after());
        statement.setString(2, pattern);
        statement.setString(3, pattern);
        statement.setLong(4, query.after());
        statement.setInt(5, query.maxNew());
        try (var rows = statement.executeQuery()) {
          while (rows.next()) {
            entries.add(new Entry(rows.getLong(1), rows.getString(3), rows.getLong(4)));
            if (rows.getLong(1) > rows.getLong(2) + 1) {
              missing.add(new Numbers(rows.getLong(2) + 1, rows.getLong(1) - 1));
            }
            scannedTo = rows.getLong(5);
            rowsLookedAt = rows.getLong(6);
          }
        }
      }
    }
    var appeared = appeared(connection, query);
    return new Read(
        writing,
        entries,
        missing,
        scannedTo,
        query.maxNew() > 0 && rowsLookedAt >= query.maxNew(),
        appeared,
        appeared.size() < MAX_APPEARED);
  }

  private Set<String> writers(Connection connection) throws SQLException {
    return dialect.isEmbedded() ? writers.now() : dialect.eventWriters(connection);
  }

  private static List<Entry> appeared(Connection connection, Query query) throws SQLException {
    var appeared = new ArrayList<Entry>();
    if (query.open().isEmpty()) {
      return appeared;
    }
    try (var statement = connection.prepareStatement(APPEARED)) {
      var pattern = pattern(query.typePrefix());
      statement.setString(1, pattern);
      statement.setString(2, pattern);
      for (var numbers : query.open()) {
        if (appeared.size() >= MAX_APPEARED) {
          break;
        }
        statement.setLong(3, numbers.from());
        statement.setLong(4, numbers.to());
        statement.setInt(5, MAX_APPEARED - appeared.size());
        addEntries(statement, appeared);
      }
    }
    return appeared;
  }

  private static void addEntries(PreparedStatement statement, List<Entry> entries)
      throws SQLException {
    try (var rows = statement.executeQuery()) {
      while (rows.next()) {
        entries.add(new Entry(rows.getLong(1), rows.getString(2), rows.getLong(3)));
      }
    }
  }

  private List<LoggedEvent> fetch(Connection connection, List<Long> numbers) throws SQLException {
    var events = new ArrayList<LoggedEvent>();
    var marks = String.join(",", Collections.nCopies(numbers.size(), "?"));
    try (var statement = connection.prepareStatement(FETCH.formatted(marks))) {
      for (var i = 0; i < numbers.size(); i++) {
        statement.setLong(i + 1, numbers.get(i));
      }
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          events.add(event(rows));
        }
      }
    }
    return events;
  }

  private LoggedEvent event(ResultSet row) throws SQLException {
    if (row.getInt(5) != Schema.SERIALIZER_ID) {
      throw new StorageUnavailable(
          "%s: event %d of %s has serializer %d (expected: %d)"
              .formatted(
                  dialect.database(),
                  row.getLong(3),
                  row.getString(2),
                  row.getInt(5),
                  Schema.SERIALIZER_ID));
    }
    // Nobody else holds the array.
    var payload = new Payload(row.getString(6), UnsafeByteOperations.unsafeWrap(row.getBytes(7)));
    return new LoggedEvent(
        row.getLong(1), row.getString(2), row.getLong(3), row.getLong(4), payload);
  }

  /** For LIKE: what begins with this text. */
  private static String pattern(String prefix) {
    return prefix.replace("!", "!!").replace("%", "!%").replace("_", "!_") + "%";
  }
}
