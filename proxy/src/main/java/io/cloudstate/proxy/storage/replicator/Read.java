package io.cloudstate.proxy.storage.replicator;

/** What there is under a key. */
public sealed interface Read<V> {

  record Found<V>(V value) implements Read<V> {}

  record Absent<V>() implements Read<V> {}

  /** For ever: a deleted key cannot be written again. */
  record Deleted<V>() implements Read<V> {}
}
