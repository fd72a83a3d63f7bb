package io.cloudstate.proxy.storage.journal;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Reads what the journal holds, in pages, so that a long history never stands in memory as a whole.
 * Thread-safe; never blocks the caller. A stage fails at once when the store does not answer or is
 * overloaded; the next call tries again.
 */
public interface EventReader {

  /** The newest snapshot, if there is any. */
  CompletionStage<Optional<StoredSnapshot>> latestSnapshot(String persistenceId);

  /**
   * The next events from {@code fromSequence} on, ascending and without gaps: at most {@code
   * maxEvents}, and no more than fit into about {@code maxBytes} (but always one if there is one).
   * Empty when there are none.
   */
  CompletionStage<List<StoredEvent>> page(
      String persistenceId, long fromSequence, int maxEvents, long maxBytes);
}
