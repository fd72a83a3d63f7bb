package io.cloudstate.proxy.entity.crdt.data;

/** What became of a delta. */
public sealed interface Applied {

  /**
   * It was applied.
   *
   * @param before the value that it was applied to
   * @param value the whole value after it
   * @param change what other nodes have to merge
   * @param isSameForAll whether a replica and a function's copy that hold {@code before} come out
   *     the same
   */
  record Changed(Crdt before, Crdt value, Crdt change, boolean isSameForAll) implements Applied {}

  /** Nothing was changed. */
  record Illegal(String reason) implements Applied {}
}
