package io.cloudstate.proxy.entity.crdt.data;

import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta.DeltaCase;
import org.jspecify.annotations.Nullable;

/** The eight types, in the order of the wire, which is their rank when types are in conflict. */
public enum CrdtType {
  GCOUNTER("GCounter", "GCounterDelta", DeltaCase.GCOUNTER),
  PNCOUNTER("PNCounter", "PNCounterDelta", DeltaCase.PNCOUNTER),
  GSET("GSet", "GSetDelta", DeltaCase.GSET),
  ORSET("ORSet", "ORSetDelta", DeltaCase.ORSET),
  LWWREGISTER("LWWRegister", "LWWRegisterDelta", DeltaCase.LWWREGISTER),
  FLAG("Flag", "FlagDelta", DeltaCase.FLAG),
  ORMAP("ORMap", "ORMap", DeltaCase.ORMAP),
  VOTE("Vote", "Vote", DeltaCase.VOTE);

  private final String label;
  private final String deltaLabel;
  private final DeltaCase deltaCase;

  CrdtType(String label, String deltaLabel, DeltaCase deltaCase) {
    this.label = label;
    this.deltaLabel = deltaLabel;
    this.deltaCase = deltaCase;
  }

  /** As it is called in messages. */
  public String label() {
    return label;
  }

  /** How a delta of it is called in messages (spec/crdt.md 10.6). */
  String deltaLabel() {
    return deltaLabel;
  }

  /** The type that a delta is for; null if nothing is set. */
  static @Nullable CrdtType of(CrdtDelta delta) {
    for (var type : values()) {
      if (type.deltaCase == delta.getDeltaCase()) {
        return type;
      }
    }
    return null;
  }

  /** The number of its field in {@code CrdtDelta}. */
  int number() {
    return deltaCase.getNumber();
  }

  static CrdtType ofNumber(int number) {
    for (var type : values()) {
      if (type.number() == number) {
        return type;
      }
    }
    throw new IllegalArgumentException("CRDT type %d (expected: 1 to 8)".formatted(number));
  }
}
