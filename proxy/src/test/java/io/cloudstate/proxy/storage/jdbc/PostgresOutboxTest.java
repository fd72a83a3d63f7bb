package io.cloudstate.proxy.storage.jdbc;

import io.cloudstate.proxy.storage.OutboxContract;
import io.cloudstate.proxy.storage.journal.EventStore;
import io.cloudstate.proxy.storage.outbox.Outbox;
import io.cloudstate.proxy.storage.store.ValueStore;
import io.cloudstate.proxy.testing.PostgresServer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class PostgresOutboxTest extends OutboxContract {

  @TempDir
  @SuppressWarnings("NullAway.Init")
  static Path directory;

  @SuppressWarnings("NullAway.Init")
  private PostgresServer server;

  @SuppressWarnings("NullAway.Init")
  private JdbcStore store;

  @BeforeAll
  void open() {
    server = PostgresServer.start(directory.resolve("data"));
    store = TestStores.open(TestStores.dialect(TestStores.postgres(server.port())));
  }

  @AfterAll
  void close() {
    store.close();
    server.close();
  }

  @Override
  protected EventStore events() {
    return store;
  }

  @Override
  protected ValueStore values() {
    return store.values();
  }

  @Override
  protected Outbox outbox() {
    return store.outbox();
  }
}
