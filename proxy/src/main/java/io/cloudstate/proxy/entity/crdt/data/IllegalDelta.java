package io.cloudstate.proxy.entity.crdt.data;

import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;

/** Ends the application of a delta that a function must not send. Never leaves {@link Crdt}. */
final class IllegalDelta extends RuntimeException {

  private static final long serialVersionUID = 1;

  private IllegalDelta(String reason) {
    super(reason, null, false, false);
  }

  String reason() {
    return String.valueOf(getMessage());
  }

  static IllegalDelta empty() {
    return new IllegalDelta("Empty delta");
  }

  static IllegalDelta negativeIncrement(long increment) {
    return new IllegalDelta("Cannot decrement a GCounter, requested amount was " + increment);
  }

  static IllegalDelta flagOff() {
    return new IllegalDelta("Cannot switch off already enabled flag");
  }

  static IllegalDelta entryWithoutKey() {
    return new IllegalDelta("Map entry delta without key");
  }

  static IllegalDelta incompatible(CrdtType delta, Value value) {
    return new IllegalDelta(
        "%s is incompatible with CRDT %s".formatted(delta.deltaLabel(), value.shown()));
  }

  /** The type that a delta is for. */
  static CrdtType typeOf(CrdtDelta delta) {
    var type = CrdtType.of(delta);
    if (type == null) {
      throw empty();
    }
    return type;
  }
}
