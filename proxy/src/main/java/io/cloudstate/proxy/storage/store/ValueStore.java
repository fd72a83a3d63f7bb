package io.cloudstate.proxy.storage.store;

import java.util.concurrent.CompletionStage;

/**
 * Keeps the newest value of each entity. Thread-safe; never blocks the caller. A stage fails at
 * once, with {@link io.cloudstate.proxy.storage.journal.StorageUnavailable}, when the store does
 * not answer or is overloaded; the next call tries again.
 */
public interface ValueStore {

  /** What is stored: {@link StoredValue#NONE} when nothing ever was. */
  CompletionStage<StoredValue> read(ValueKey key);

  /**
   * Writes if the stored revision is the expected one; durable when the stage completes with true.
   * False: another writer was faster, and nothing was written. If the stage fails, whether the
   * value is stored is unknown; what is read next tells.
   */
  CompletionStage<Boolean> write(ValueWrite write);
}
