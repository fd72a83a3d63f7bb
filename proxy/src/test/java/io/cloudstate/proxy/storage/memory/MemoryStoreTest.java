package io.cloudstate.proxy.storage.memory;

import io.cloudstate.proxy.storage.EventStoreContract;
import io.cloudstate.proxy.storage.journal.EventStore;
import java.time.Clock;

class MemoryStoreTest extends EventStoreContract {

  @Override
  protected EventStore open() {
    return new MemoryStore(Clock.systemUTC());
  }
}
