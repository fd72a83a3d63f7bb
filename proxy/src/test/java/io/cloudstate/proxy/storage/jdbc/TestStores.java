package io.cloudstate.proxy.storage.jdbc;

import io.cloudstate.proxy.config.ProxySettings.Jdbc;
import io.cloudstate.proxy.config.ProxySettings.Postgres;
import io.cloudstate.proxy.config.ProxySettings.PostgresSsl;
import io.cloudstate.proxy.storage.journal.StoreHealth;
import io.cloudstate.proxy.storage.journal.StoreMetrics;
import io.cloudstate.proxy.testing.TestEventLoops;
import java.time.Clock;
import java.time.Duration;

/** Stores as tests want them: as by default, but for quicker time-outs. */
final class TestStores {

  static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(3);

  private TestStores() {}

  static JdbcStore open(Dialect dialect) {
    return open(dialect, jdbc(true));
  }

  static JdbcStore open(Dialect dialect, Jdbc settings) {
    return JdbcStore.open(
        dialect, settings, new StoreHealth(System::nanoTime), StoreMetrics.NONE, Clock.systemUTC());
  }

  static Jdbc jdbc(boolean createTables) {
    return jdbc(createTables, 10_000);
  }

  static Jdbc jdbc(boolean createTables, int maxQueuedEvents) {
    return new Jdbc(
        createTables, 8, Duration.ofSeconds(1), ANSWER_TIMEOUT, maxQueuedEvents, 5_000, 100);
  }

  /** The database and superuser that every server has. */
  static Postgres postgres(int port) {
    return postgres(port, "postgres", "");
  }

  static Postgres postgres(int port, String user, String schema) {
    return new Postgres("localhost", port, "postgres", user, "secret", schema, PostgresSsl.OFF);
  }

  static PostgresDialect dialect(Postgres postgres) {
    return new PostgresDialect(postgres, jdbc(true), TestEventLoops.SHARED);
  }
}
