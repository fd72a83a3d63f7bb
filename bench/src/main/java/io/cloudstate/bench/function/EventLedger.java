package io.cloudstate.bench.function;

import io.cloudstate.bench.wire.CounterMethods;
import io.cloudstate.bench.wire.HandledEvents;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** What was emitted and what has come back, and how long that took. Thread-safe. */
final class EventLedger {

  private final int[] micros = new int[HandledEvents.MOST];
  private int count;
  private long emitted;
  private long handled;

  /** Takes down that something is emitted now; returns the time. */
  synchronized long emit() {
    emitted++;
    return System.nanoTime();
  }

  synchronized void handle(long emittedNanos) {
    handled++;
    if (count < micros.length) {
      var passed = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - emittedNanos);
      micros[count++] = (int) Math.min(passed, Integer.MAX_VALUE);
    }
  }

  private synchronized HandledEvents take() {
    var taken = new HandledEvents(emitted, handled, Arrays.copyOf(micros, count));
    count = 0;
    return taken;
  }

  /** By which it is asked. */
  ServerServiceDefinition service() {
    return ServerServiceDefinition.builder(CounterMethods.TAKE_HANDLED.getServiceName())
        .addMethod(
            CounterMethods.TAKE_HANDLED,
            ServerCalls.asyncUnaryCall(
                (request, response) -> {
                  response.onNext(take().bytes());
                  response.onCompleted();
                }))
        .build();
  }
}
