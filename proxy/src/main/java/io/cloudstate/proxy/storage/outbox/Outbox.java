package io.cloudstate.proxy.storage.outbox;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Replies that are stored and not published yet. Thread-safe; never blocks the caller. A stage
 * fails with {@link io.cloudstate.proxy.storage.journal.StorageUnavailable}.
 */
public interface Outbox {

  /**
   * A stored reply.
   *
   * @param number by which it is taken out; of one entity they ascend
   * @param id the same whenever it is published
   * @param time when it was stored
   */
  record Entry(long number, String id, Instant time, OutgoingReply reply) {}

  /** The oldest ones, in order of their numbers. */
  CompletionStage<List<Entry>> oldest(int max);

  /** Takes out what is published. */
  CompletionStage<Void> remove(List<Long> numbers);

  /** How many there are; more than 100,000 are not counted. */
  CompletionStage<Long> size();

  /** Runs the action, on a thread of the store, whenever this process has stored a reply. */
  void whenWritten(Runnable action);
}
