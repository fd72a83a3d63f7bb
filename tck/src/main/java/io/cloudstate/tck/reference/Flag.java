package io.cloudstate.tck.reference;

import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.FlagDelta;
import io.cloudstate.tck.model.Crdt.FlagValue;
import io.cloudstate.tck.model.Crdt.State;
import io.cloudstate.tck.model.Crdt.Update;

/** A flag that is switched on once and for all. */
final class Flag implements Crdt {

  private boolean isOn;
  private boolean isSwitchedOn;

  @Override
  public void update(Update update) {
    if (update.hasFlag() && !isOn) {
      isOn = true;
      isSwitchedOn = true;
    }
  }

  @Override
  public void apply(CrdtDelta delta) {
    isOn |= delta.getFlag().getValue();
  }

  @Override
  public boolean hasChanged() {
    return isSwitchedOn;
  }

  @Override
  public CrdtDelta change() {
    return CrdtDelta.newBuilder().setFlag(FlagDelta.newBuilder().setValue(isSwitchedOn)).build();
  }

  @Override
  public void forgetChange() {
    isSwitchedOn = false;
  }

  @Override
  public State state() {
    return State.newBuilder().setFlag(FlagValue.newBuilder().setValue(isOn)).build();
  }
}
