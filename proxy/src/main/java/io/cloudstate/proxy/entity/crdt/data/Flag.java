package io.cloudstate.proxy.entity.crdt.data;

import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.FlagDelta;
import io.cloudstate.proxy.entity.crdt.data.Edit.Edited;

/** A flag that can be switched on, and never off again. */
record Flag(Dots presence, Dots on) implements Value {

  static final Flag ZERO = new Flag(Dots.NONE, Dots.NONE);

  @Override
  public CrdtType type() {
    return CrdtType.FLAG;
  }

  @Override
  public Flag withPresence(Dots newPresence) {
    return new Flag(newPresence, on);
  }

  @Override
  public boolean hasContent() {
    return isOn();
  }

  private boolean isOn() {
    return !on.isEmpty();
  }

  @Override
  public Flag join(Join join, Value that) {
    var other = (Flag) that;
    return new Flag(join.dots(presence, other.presence), join.dots(on, other.on));
  }

  /** Another node may have switched a replica on meanwhile: then switching off does nothing. */
  @Override
  public Edited<Flag> edit(Edit edit, CrdtDelta delta) {
    var wanted = delta.getFlag().getValue();
    if (!wanted && isOn() && edit.target() == Edit.Target.SHADOW) {
      throw IllegalDelta.flagOff();
    }
    if (!wanted || isOn()) {
      return new Edited<>(this, ZERO);
    }
    var dots = Dots.of(edit.mint());
    return new Edited<>(new Flag(presence, dots), new Flag(Dots.NONE, dots));
  }

  @Override
  public void gatherDots(Context.Builder dots) {
    dots.add(presence);
    dots.add(on);
  }

  @Override
  public Flag prune(Pruning pruning) {
    return new Flag(presence.prune(pruning), on.prune(pruning));
  }

  @Override
  public CrdtDelta initialDelta(View view) {
    return CrdtDelta.newBuilder().setFlag(FlagDelta.newBuilder().setValue(isOn())).build();
  }

  @Override
  public Difference differenceFrom(Value previous, View seen, View view) {
    var wasOn = ((Flag) previous).isOn();
    if (isOn() == wasOn) {
      return new Difference.None();
    }
    return wasOn ? new Difference.Incompatible() : new Difference.Delta(initialDelta(view));
  }

  @Override
  public String shown() {
    return "Flag(%b)".formatted(isOn());
  }
}
