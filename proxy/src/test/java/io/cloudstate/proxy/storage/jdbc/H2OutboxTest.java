package io.cloudstate.proxy.storage.jdbc;

import io.cloudstate.proxy.storage.OutboxContract;
import io.cloudstate.proxy.storage.journal.EventStore;
import io.cloudstate.proxy.storage.outbox.Outbox;
import io.cloudstate.proxy.storage.store.ValueStore;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class H2OutboxTest extends OutboxContract {

  @TempDir
  @SuppressWarnings("NullAway.Init")
  static Path directory;

  @SuppressWarnings("NullAway.Init")
  private JdbcStore store;

  @BeforeAll
  void open() {
    store = TestStores.open(new H2Dialect(directory.resolve("store")));
  }

  @AfterAll
  void close() {
    store.close();
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
