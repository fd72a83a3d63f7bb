package io.cloudstate.proxy.storage.jdbc;

import io.cloudstate.proxy.storage.journal.EventWrite;
import io.cloudstate.proxy.storage.store.ValueWrite;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * A connection for writing, and the thread it is used on: one group after another, each begun on
 * that thread and ended there. Opened when it is needed, thrown away when the database has failed.
 *
 * <p>A stage fails with an {@link java.sql.SQLException} when the failure {@linkplain
 * Dialect#isAboutRows is about rows}: nothing of the group is written, and the connection is good.
 * It fails with {@link io.cloudstate.proxy.storage.journal.StorageUnavailable} in every other case:
 * the database counts as lost, and nobody knows what is written.
 */
interface Writer {

  /** Runs something on the thread, after what was handed to it before. For every thread. */
  void execute(Runnable task);

  /** Whether the caller is on the thread. For every thread. */
  boolean isHere();

  /**
   * Writes events, all or none, and commits.
   *
   * @param process id of the process that writes
   * @param timestampMillis since 1970
   * @return true for each of them
   */
  CompletionStage<List<Boolean>> insert(
      String process, long timestampMillis, List<EventWrite> writes);

  /**
   * Replaces the values whose stored revision is the expected one, stores what is published because
   * of those, and commits. Of two writes of one entity at most one finds that.
   *
   * @param timestampMillis since 1970
   * @return for each write, in their order, whether it was done
   */
  CompletionStage<List<Boolean>> writeValues(long timestampMillis, List<ValueWrite> writes);

  /** Throws the connection away, if there is one. On the thread. */
  void disconnect();
}
