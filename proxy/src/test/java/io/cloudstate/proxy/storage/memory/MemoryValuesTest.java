package io.cloudstate.proxy.storage.memory;

import io.cloudstate.proxy.storage.ValueStoreContract;
import io.cloudstate.proxy.storage.store.ValueStore;

class MemoryValuesTest extends ValueStoreContract {

  @Override
  protected ValueStore open() {
    return new MemoryValues();
  }

  @Override
  protected void close() {}
}
