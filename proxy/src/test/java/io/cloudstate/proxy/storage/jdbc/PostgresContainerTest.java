package io.cloudstate.proxy.storage.jdbc;

import io.cloudstate.proxy.config.ProxySettings.Postgres;
import io.cloudstate.proxy.config.ProxySettings.PostgresSsl;
import io.cloudstate.proxy.storage.EventStoreContract;
import io.cloudstate.proxy.storage.journal.EventStore;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** The newest PostgreSQL, where there is Docker; the embedded one is used everywhere else. */
@Testcontainers(disabledWithoutDocker = true)
class PostgresContainerTest extends EventStoreContract {

  @Container
  private static final PostgreSQLContainer server = new PostgreSQLContainer("postgres:18-alpine");

  @Override
  protected EventStore open() {
    return TestStores.open(
        TestStores.dialect(
            new Postgres(
                server.getHost(),
                server.getFirstMappedPort(),
                server.getDatabaseName(),
                server.getUsername(),
                server.getPassword(),
                "",
                PostgresSsl.OFF)));
  }
}
