package io.cloudstate.proxy.eventing;

import io.cloudstate.proxy.storage.journal.EventLogStore;
import io.cloudstate.proxy.storage.memory.MemoryPositions;
import io.cloudstate.proxy.storage.memory.MemoryStore;
import java.nio.file.Path;
import java.time.Clock;

class MemoryEventLogTest extends EventLogContract {

  @Override
  protected Opened open(Path directory) {
    var memory = new MemoryStore(Clock.systemUTC());
    return new Opened(memory, new EventLogStore(memory.log(), new MemoryPositions()));
  }
}
