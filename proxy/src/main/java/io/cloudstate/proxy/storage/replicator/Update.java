package io.cloudstate.proxy.storage.replicator;

/** What a change makes of a value. */
public sealed interface Update<V> {

  /**
   * The value takes it.
   *
   * @param value the whole value after the change
   * @param change what other nodes have to merge to have it too; far smaller than the value
   */
  record Changed<V>(V value, V change) implements Update<V> {}

  /** The value stays as it is. */
  record Refused<V>(String reason) implements Update<V> {}
}
