package io.cloudstate.tck.reference;

import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.GCounterDelta;
import io.cloudstate.protocol.CrdtOuterClass.PNCounterDelta;
import io.cloudstate.tck.model.Crdt.GCounterValue;
import io.cloudstate.tck.model.Crdt.PNCounterValue;
import io.cloudstate.tck.model.Crdt.State;
import io.cloudstate.tck.model.Crdt.Update;

/** The two counters: what a command changes is a sum. */
final class Counters {

  /** Only grows. */
  static final class Growing implements Crdt {
    private long value;
    private long increment;

    @Override
    public void update(Update update) {
      value += update.getGcounter().getIncrement();
      increment += update.getGcounter().getIncrement();
    }

    @Override
    public void apply(CrdtDelta delta) {
      value += delta.getGcounter().getIncrement();
    }

    @Override
    public boolean hasChanged() {
      return increment != 0;
    }

    @Override
    public CrdtDelta change() {
      return CrdtDelta.newBuilder()
          .setGcounter(GCounterDelta.newBuilder().setIncrement(increment))
          .build();
    }

    @Override
    public void forgetChange() {
      increment = 0;
    }

    @Override
    public State state() {
      return State.newBuilder().setGcounter(GCounterValue.newBuilder().setValue(value)).build();
    }
  }

  /** Grows and shrinks. */
  static final class PositiveNegative implements Crdt {
    private long value;
    private long change;

    @Override
    public void update(Update update) {
      value += update.getPncounter().getChange();
      change += update.getPncounter().getChange();
    }

    @Override
    public void apply(CrdtDelta delta) {
      value += delta.getPncounter().getChange();
    }

    @Override
    public boolean hasChanged() {
      return change != 0;
    }

    @Override
    public CrdtDelta change() {
      return CrdtDelta.newBuilder()
          .setPncounter(PNCounterDelta.newBuilder().setChange(change))
          .build();
    }

    @Override
    public void forgetChange() {
      change = 0;
    }

    @Override
    public State state() {
      return State.newBuilder().setPncounter(PNCounterValue.newBuilder().setValue(value)).build();
    }
  }

  private Counters() {}
}
