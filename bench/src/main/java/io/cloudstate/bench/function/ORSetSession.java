package io.cloudstate.bench.function;

import com.google.protobuf.Any;
import com.google.protobuf.UnsafeByteOperations;
import io.cloudstate.bench.wire.CounterMessages;
import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.ORSetDelta;
import java.io.IOException;

/**
 * A counter made of a large set of numbers in a row. The first increment fills the set; each adds
 * the next number and takes the smallest out, so that the set stays as large as it is.
 */
final class ORSetSession implements CrdtCounterFunction.Session {

  private static final int SIZE = 100_000;
  private static final String NUMBER_TYPE = "type.googleapis.com/cloudstate.bench.CounterValue";

  private long largest; // 0: the set is empty

  @Override
  public void onDelta(CrdtDelta delta) throws IOException {
    for (var added : delta.getOrset().getAddedList()) {
      largest = Math.max(largest, CounterMessages.readNumber(added.getValue().newCodedInput()));
    }
  }

  @Override
  public CrdtDelta increment(long by) {
    var delta = ORSetDelta.newBuilder();
    if (largest == 0) {
      for (var number = by + 1; number <= SIZE; number++) {
        delta.addAdded(any(number));
      }
      largest = SIZE;
    }
    for (var i = 0; i < by; i++) {
      largest++;
      delta.addAdded(any(largest));
      delta.addRemoved(any(largest - SIZE));
    }
    return CrdtDelta.newBuilder().setOrset(delta.build()).build();
  }

  @Override
  public long value() {
    return largest == 0 ? 0 : largest - SIZE;
  }

  private static Any any(long number) {
    return Any.newBuilder()
        .setTypeUrl(NUMBER_TYPE)
        .setValue(UnsafeByteOperations.unsafeWrap(CounterMessages.number(number)))
        .build();
  }
}
