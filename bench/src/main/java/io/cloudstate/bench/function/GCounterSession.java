package io.cloudstate.bench.function;

import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.GCounterDelta;

/** A counter that is one. */
final class GCounterSession implements CrdtCounterFunction.Session {

  private long value;

  @Override
  public void onDelta(CrdtDelta delta) {
    value += delta.getGcounter().getIncrement();
  }

  @Override
  public CrdtDelta increment(long by) {
    value += by;
    return CrdtDelta.newBuilder()
        .setGcounter(GCounterDelta.newBuilder().setIncrement(by).build())
        .build();
  }

  @Override
  public long value() {
    return value;
  }
}
