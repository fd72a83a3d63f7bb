package io.cloudstate.proxy.storage.journal;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Keeps the events of each entity, numbered from 1 without gaps, and its newest snapshot.
 *
 * <p>Thread-safe; never blocks the caller. Stages complete on a thread of the store, or before they
 * are returned. A stage fails with {@link StorageUnavailable}, and at once, when the store does not
 * answer or is overloaded; the next call tries again.
 */
public interface EventStore extends AutoCloseable {

  /** Number of the entity's last event, 0 when there is none. */
  CompletionStage<Long> lastSequence(String persistenceId);

  /** The newest snapshot, if there is any. */
  CompletionStage<Optional<StoredSnapshot>> latestSnapshot(String persistenceId);

  /**
   * The next events from {@code fromSequence} on, ascending and without gaps: at most {@code
   * maxEvents}, and no more than fit into about {@code maxBytes} (but always one if there is one).
   * Empty when there are none.
   */
  CompletionStage<List<StoredEvent>> page(
      String persistenceId, long fromSequence, int maxEvents, long maxBytes);

  /**
   * Appends all events or none; they are durable when the stage completes with true. False: one of
   * the numbers is taken, another writer was faster, and nothing was written. If the stage fails,
   * whether the events are stored is unknown; {@link #lastSequence} tells.
   */
  CompletionStage<Boolean> append(EventWrite write);

  /**
   * Starts to save a snapshot and returns. When it cannot be saved the log says so, the stage
   * fails, and the entity is loaded from an older one.
   */
  CompletionStage<?> saveSnapshot(String persistenceId, StoredSnapshot snapshot);

  /** Gives everything back. What is under way may fail. */
  @Override
  void close();
}
