package io.cloudstate.proxy.storage.jdbc;

import io.cloudstate.proxy.storage.journal.StorageUnavailable;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The connection of one thread: opened when it is needed, kept, thrown away when the database has
 * failed. Not thread-safe.
 */
final class ThreadConnection implements AutoCloseable {

  interface Query<T> {
    T run(Connection connection) throws SQLException;
  }

  private static final long TRUSTED_NANOS = Duration.ofSeconds(1).toNanos();
  private static final int VALIDATION_SECONDS = 2;

  private final Dialect dialect;
  private final Availability availability;

  private @Nullable Connection connection;
  private int generation;
  private long lastUseNanos;

  ThreadConnection(Dialect dialect, Availability availability) {
    this.dialect = dialect;
    this.availability = availability;
  }

  /**
   * Runs a query. Blocks, no longer than the time-outs of the connection.
   *
   * @throws SQLException when the failure {@linkplain Dialect#isAboutRows is about rows}
   * @throws StorageUnavailable for every other failure, after which the database counts as lost
   */
  <T> T run(Query<T> query) throws SQLException {
    var trouble = availability.trouble();
    if (trouble != null) {
      throw new StorageUnavailable(String.valueOf(trouble.getMessage()), trouble);
    }
    try {
      var result = query.run(connected());
      lastUseNanos = System.nanoTime();
      return result;
    } catch (SQLException e) {
      if (connection != null && dialect.isAboutRows(e)) {
        throw e;
      }
      close();
      throw availability.lost(dialect, e);
    }
  }

  @Override
  public void close() {
    var old = connection;
    connection = null;
    if (old != null) {
      try {
        old.close();
      } catch (SQLException ignored) {
        // It was of no use any more.
      }
    }
  }

  private Connection connected() throws SQLException {
    var current = availability.generation();
    if (generation != current || isDead()) {
      close();
    }
    var open = connection;
    if (open == null) {
      open = dialect.connect();
      connection = open;
      generation = current;
    }
    return open;
  }

  /** Whether a connection that was idle is not there any more; asks the server. */
  private boolean isDead() throws SQLException {
    return connection != null
        && System.nanoTime() - lastUseNanos > TRUSTED_NANOS
        && !connection.isValid(VALIDATION_SECONDS);
  }
}
