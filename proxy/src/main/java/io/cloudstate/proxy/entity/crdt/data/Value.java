package io.cloudstate.proxy.entity.crdt.data;

import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.proxy.entity.crdt.data.Edit.Edited;

/**
 * A value of one of the eight types, or a change of one: which dots are there, and what they carry.
 * What the dots mean depends on the context that comes with the whole CRDT.
 *
 * <p>Where a type has many parts, a change names only some of them and says nothing about the rest
 * unless it is "whole"; a replica's value is always whole.
 */
sealed interface Value permits GCounter, PNCounter, GSet, ORSet, LWWRegister, Flag, ORMap, Vote {

  CrdtType type();

  /** The dots of its creation, which let it be there while it is empty. */
  Dots presence();

  /** The same with other dots of creation. */
  Value withPresence(Dots presence);

  /** Whether there is anything in it besides its presence. */
  boolean hasContent();

  default boolean isAlive() {
    return !presence().isEmpty() || hasContent();
  }

  /** Joins with a value of the same type. */
  Value join(Join join, Value that);

  /** Applies a delta of this type; throws {@link IllegalDelta}. */
  Edited<? extends Value> edit(Edit edit, CrdtDelta delta);

  /** Adds all dots, those of its presence included. */
  void gatherDots(Context.Builder dots);

  Value prune(Pruning pruning);

  CrdtDelta initialDelta(View view);

  /** The difference to an earlier value of the same type. */
  Difference differenceFrom(Value previous, View seen, View view);

  /** For messages: numbers are shown, user data is not. */
  String shown();

  /** The value that a delta of the type is applied to first: empty, and not there yet. */
  static Value zero(CrdtType type) {
    return switch (type) {
      case GCOUNTER -> GCounter.ZERO;
      case PNCOUNTER -> PNCounter.ZERO;
      case GSET -> GSet.ZERO;
      case ORSET -> ORSet.ZERO;
      case LWWREGISTER -> LWWRegister.ZERO;
      case FLAG -> Flag.ZERO;
      case ORMAP -> ORMap.ZERO;
      case VOTE -> Vote.ZERO;
    };
  }
}
