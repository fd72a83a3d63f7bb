package io.cloudstate.proxy.storage.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A pool that refuses at once while the database is away. When no connection could be had, one
 * thread at a time goes on asking, for the pool's connection timeout, and the others are told
 * without a wait: otherwise each command would hold a thread for that long, and all behind it.
 */
final class FailFastPool extends HikariDataSource {

  private final AtomicBoolean isProbing = new AtomicBoolean();
  private volatile boolean isAway;

  FailFastPool(HikariConfig config) {
    super(config);
  }

  @Override
  public Connection getConnection() throws SQLException {
    if (!isAway) {
      return ask();
    }
    if (!isProbing.compareAndSet(false, true)) {
      throw new SQLTransientConnectionException(getPoolName() + " - the database is away");
    }
    try {
      return ask();
    } finally {
      isProbing.set(false);
    }
  }

  private Connection ask() throws SQLException {
    try {
      var connection = super.getConnection();
      isAway = false;
      return connection;
    } catch (SQLException e) {
      isAway = true;
      throw e;
    }
  }
}
