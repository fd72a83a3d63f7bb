package io.cloudstate.proxy.storage.memory;

import io.cloudstate.proxy.storage.store.StoredValue;
import io.cloudstate.proxy.storage.store.ValueKey;
import io.cloudstate.proxy.storage.store.ValueStore;
import io.cloudstate.proxy.storage.store.ValueWrite;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The newest value of each entity. */
public final class MemoryValues implements ValueStore {

  private final ConcurrentMap<ValueKey, StoredValue> values = new ConcurrentHashMap<>();

  @Override
  public CompletionStage<StoredValue> read(ValueKey key) {
    return CompletableFuture.completedFuture(values.getOrDefault(key, StoredValue.NONE));
  }

  @Override
  public CompletionStage<Boolean> write(ValueWrite write) {
    return CompletableFuture.completedFuture(replace(write));
  }

  private boolean replace(ValueWrite write) {
    var next = new StoredValue(write.revision(), write.value());
    var last = values.getOrDefault(write.key(), StoredValue.NONE);
    if (last.revision() != write.expectedRevision()) {
      return false;
    }
    return last.revision() == 0
        ? values.putIfAbsent(write.key(), next) == null
        : values.replace(write.key(), last, next);
  }
}
