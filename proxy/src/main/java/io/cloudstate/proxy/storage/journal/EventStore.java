package io.cloudstate.proxy.storage.journal;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

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
   * Appends all events or none; completes when they are durable. Fails with {@link AnotherWriter}
   * when one of the numbers is taken: two that believe to own an entity never both succeed. After
   * any other failure nobody knows whether the events are stored; {@link #lastSequence} tells.
   */
  CompletionStage<@Nullable Void> append(EventWrite write);

  /**
   * Starts to save a snapshot and returns. When it cannot be saved the log says so, and the entity
   * is loaded from an older one.
   */
  void saveSnapshot(String persistenceId, StoredSnapshot snapshot);

  /** Gives everything back. What is under way may fail. */
  @Override
  void close();
}
