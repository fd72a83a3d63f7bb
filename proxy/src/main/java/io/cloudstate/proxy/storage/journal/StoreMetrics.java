package io.cloudstate.proxy.storage.journal;

/** Is told how a database is used; on any thread, and must be quick. */
public interface StoreMetrics {

  /** Records nothing. */
  StoreMetrics NONE = new StoreMetrics() {};

  /**
   * Writes of several entities were committed together, or were refused together.
   *
   * @param what they are
   */
  default void committed(String what, int writes, long nanos) {}

  /** Something was read, or a snapshot written, or that has failed. */
  default void queried(boolean isFailed, long nanos) {}

  /** A write was not accepted, or nobody knows. */
  default void writeFailed() {}
}
