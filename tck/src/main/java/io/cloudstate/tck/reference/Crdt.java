package io.cloudstate.tck.reference;

import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.tck.model.Crdt.State;
import io.cloudstate.tck.model.Crdt.Update;

/**
 * The function's copy of one CRDT (spec: crdt.md section 10). It remembers what the running command
 * has changed, as the one delta that the proxy is to be told; deltas of the proxy never come while
 * there is such a change.
 */
interface Crdt {

  /** Carries out what the model's command asks for. Updates of another type change nothing. */
  void update(Update update);

  /** Applies a change made elsewhere. */
  void apply(CrdtDelta delta);

  boolean hasChanged();

  /** What has changed, of this CRDT's type even if nothing has. */
  CrdtDelta change();

  /** The proxy knows the change. */
  void forgetChange();

  /** The value as the model's responses show it. */
  State state();

  /**
   * An empty CRDT of the type that the text before a name's first hyphen says.
   *
   * @throws ProtocolViolation if there is no such type
   */
  static Crdt named(String name) {
    var type = name.split("-", 2)[0];
    return switch (type) {
      case "GCounter" -> new Counters.Growing();
      case "PNCounter" -> new Counters.PositiveNegative();
      case "GSet" -> new Sets.Growing();
      case "ORSet" -> new Sets.ObservedRemoved();
      case "LWWRegister" -> new Register();
      case "Flag" -> new Flag();
      case "ORMap" -> new OrMap();
      case "Vote" -> new Vote();
      default -> throw new ProtocolViolation("CRDT of type " + type + " (in: " + name + ")");
    };
  }
}
