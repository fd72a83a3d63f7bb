package io.cloudstate.bench;

import io.cloudstate.bench.load.LatencyHistogram;
import io.cloudstate.bench.report.Figure;
import io.cloudstate.bench.report.Row;
import io.cloudstate.bench.wire.CounterMethods;
import io.cloudstate.bench.wire.HandledEvents;
import io.cloudstate.bench.wire.Loopback;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCalls;
import java.util.concurrent.TimeUnit;

/** Asks a function which of its events have come back to it, at both ends of what is measured. */
final class HandledProbe implements AutoCloseable {

  private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(120);
  private static final long TIMEOUT_SECONDS = 30;
  private static final int NANOS_PER_MICRO = 1_000;

  private final Loopback loopback = new Loopback(1);
  private final ManagedChannel function;
  private long beganNanos;
  private long handledBefore;
  private final LatencyHistogram latencies = new LatencyHistogram();
  private double eventsPerSecond;

  HandledProbe(int functionPort) {
    function = loopback.connect(functionPort);
  }

  void begin() {
    handledBefore = take().handled();
    beganNanos = System.nanoTime();
  }

  void end() {
    var taken = take();
    eventsPerSecond = (taken.handled() - handledBefore) * 1e9 / (System.nanoTime() - beganNanos);
    for (var micros : taken.micros()) {
      latencies.record((long) micros * NANOS_PER_MICRO);
    }
  }

  /** Puts down what came between begin and end, of a row that has the commands' figures. */
  void report(Row row) {
    row.with(Figure.EVENTS_PER_SECOND, eventsPerSecond)
        .with(Figure.EVENT_P50, latencies.percentileNanos(50) / 1e6)
        .with(Figure.EVENT_P99, latencies.percentileNanos(99) / 1e6);
    var perCommand = row.get(Figure.PROXY_CPU);
    var commands = row.get(Figure.COMMANDS_PER_SECOND);
    if (perCommand != null && commands != null && eventsPerSecond > 0) {
      row.with(Figure.EVENT_CPU, perCommand * commands / eventsPerSecond);
    }
  }

  /** Waits for what is still on its way; returns how many do not come. */
  long awaitRest() throws InterruptedException {
    var deadline = System.nanoTime() + DRAIN_NANOS;
    var last = take();
    while (last.handled() < last.emitted() && System.nanoTime() < deadline) {
      Thread.sleep(200);
      last = take();
    }
    return Math.max(0, last.emitted() - last.handled());
  }

  private HandledEvents take() {
    return HandledEvents.of(
        ClientCalls.blockingUnaryCall(
            function,
            CounterMethods.TAKE_HANDLED,
            CallOptions.DEFAULT.withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS),
            new byte[0]));
  }

  @Override
  public void close() {
    function.shutdownNow();
    loopback.close();
  }
}
