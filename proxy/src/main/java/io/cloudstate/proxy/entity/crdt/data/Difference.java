package io.cloudstate.proxy.entity.crdt.data;

import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;

/** What tells one value of a CRDT from another, in the wire's words. */
public sealed interface Difference {

  /** Nothing that a function can see. */
  record None() implements Difference {}

  record Delta(CrdtDelta delta) implements Difference {}

  /** No delta leads from the one to the other. */
  record Incompatible() implements Difference {}
}
