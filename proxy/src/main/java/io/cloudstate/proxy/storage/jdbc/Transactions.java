package io.cloudstate.proxy.storage.jdbc;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.sql.Connection;
import java.sql.SQLException;

/** Several statements as one: all or none. */
final class Transactions {

  /** What is done in one. */
  interface Work<T> {
    T run() throws SQLException;
  }

  private Transactions() {}

  /**
   * Commits, or rolls back if the work fails, on a connection that commits by itself otherwise.
   *
   * @throws SQLException with nothing written, or, if the connection failed, nobody knows
   */
  @CanIgnoreReturnValue
  static <T> T commit(Connection connection, Work<T> work) throws SQLException {
    connection.setAutoCommit(false);
    try {
      var result = work.run();
      connection.commit();
      return result;
    } catch (SQLException e) {
      if (!connection.isClosed()) {
        connection.rollback();
      }
      throw e;
    } finally {
      if (!connection.isClosed()) {
        connection.setAutoCommit(true);
      }
    }
  }
}
