package io.cloudstate.proxy.entity.crdt.data;

/** What became of a delta. */
public sealed interface Applied {

  /**
   * It was applied.
   *
   * @param value the whole value after it
   * @param change what other nodes have to merge
   */
  record Changed(Crdt value, Crdt change) implements Applied {}

  /** Nothing was changed. */
  record Illegal(String reason) implements Applied {}
}
