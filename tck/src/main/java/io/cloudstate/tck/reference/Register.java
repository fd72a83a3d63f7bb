package io.cloudstate.tck.reference;

import io.cloudstate.protocol.CrdtOuterClass.CrdtClock;
import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.LWWRegisterDelta;
import io.cloudstate.tck.model.Crdt.LWWRegisterClock;
import io.cloudstate.tck.model.Crdt.LWWRegisterValue;
import io.cloudstate.tck.model.Crdt.State;
import io.cloudstate.tck.model.Crdt.Update;

/**
 * A register whose last writer wins. A register has a value from the start, so creating one is a
 * change; and writing is one even if the value stays, since the clock decides who wrote last.
 */
final class Register implements Crdt {

  private String value = "";
  private LWWRegisterClock clock = LWWRegisterClock.getDefaultInstance();
  private boolean isWritten = true;

  @Override
  public void update(Update update) {
    if (update.hasLwwregister()) {
      value = update.getLwwregister().getValue();
      clock = update.getLwwregister().getClock();
      isWritten = true;
    }
  }

  @Override
  public void apply(CrdtDelta delta) {
    value = Answers.text(delta.getLwwregister().getValue());
    isWritten = false;
  }

  @Override
  public boolean hasChanged() {
    return isWritten;
  }

  @Override
  public CrdtDelta change() {
    return CrdtDelta.newBuilder()
        .setLwwregister(
            LWWRegisterDelta.newBuilder()
                .setValue(Answers.primitive(value))
                .setClock(clock())
                .setCustomClockValue(clock.getCustomClockValue()))
        .build();
  }

  private CrdtClock clock() {
    return switch (clock.getClockType()) {
      case DEFAULT, UNRECOGNIZED -> CrdtClock.DEFAULT;
      case REVERSE -> CrdtClock.REVERSE;
      case CUSTOM -> CrdtClock.CUSTOM;
      case CUSTOM_AUTO_INCREMENT -> CrdtClock.CUSTOM_AUTO_INCREMENT;
    };
  }

  @Override
  public void forgetChange() {
    isWritten = false;
  }

  @Override
  public State state() {
    return State.newBuilder().setLwwregister(LWWRegisterValue.newBuilder().setValue(value)).build();
  }
}
