package io.cloudstate.proxy.storage.memory;

import io.cloudstate.proxy.storage.EventJournalContract;
import io.cloudstate.proxy.storage.journal.JournalStore;

class MemoryStoreTest extends EventJournalContract {

  @Override
  protected JournalStore open() {
    return new MemoryStore();
  }
}
