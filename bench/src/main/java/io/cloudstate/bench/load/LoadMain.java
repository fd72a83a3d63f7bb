package io.cloudstate.bench.load;

import io.cloudstate.bench.wire.CounterMessages;
import io.cloudstate.bench.wire.CounterMethods;
import io.cloudstate.bench.wire.Loopback;
import io.cloudstate.bench.wire.ParentWatch;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Executes a {@link LoadPlan}. Its phases are lines on standard output, each written when it
 * begins:
 *
 * <pre>
 *   ready      a first call was answered; the warm-up begins
 *   settling   the last quarter of the warm-up, with the final number of calls in flight; if there
 *              were more before, that was with other counters, and each of these has been called once
 *   measuring  the window begins
 *   measured   the window is over
 *   result ..  a {@link LoadResult}; the process ends
 * </pre>
 *
 * Every run has keys of its own, or is given some that nobody has used, so that at its end the
 * counters must add up to what was answered: if not, and no call had failed, that is an error too.
 */
public final class LoadMain {

  private static final long DRAIN_TIMEOUT_MILLIS = 30_000;
  private static final int VERIFYING_CALLERS = 32;

  private final LoadPlan plan;
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final List<Channel> measured = new ArrayList<>();
  private final Errors errors = new Errors();
  private final byte[][] commands;

  private LoadMain(LoadPlan plan) throws IOException {
    this.plan = plan;
    commands =
        keys(plan).stream().map(key -> CounterMessages.command(key, 1)).toArray(byte[][]::new);
    var loopback = new Loopback(plan.threads());
    for (var i = 0; i < plan.connections(); i++) {
      var port = plan.ports().get(i % plan.ports().size());
      var channel = loopback.connect(port);
      channels.add(channel);
      measured.add(plan.method().isJson() ? new JsonChannel(loopback, port) : channel);
    }
  }

  private static List<String> keys(LoadPlan plan) throws IOException {
    var given = plan.keys();
    if (given != null) {
      return Files.readAllLines(given);
    }
    var run = Long.toString(System.currentTimeMillis() % 1_000_000_000, Character.MAX_RADIX);
    return IntStream.range(0, plan.allCounters()).mapToObj(i -> run + "-" + i).toList();
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    ParentWatch.start();
    new LoadMain(LoadPlan.of(arguments)).run();
    Runtime.getRuntime().halt(0);
  }

  private void run() throws InterruptedException {
    for (var port : plan.ports()) {
      FirstReply.await(port, plan.startTimeoutMillis());
    }
    say("ready");
    var result = plan.callsEachOnce() ? callEachOnce() : callAllTheTime();
    errors.print(System.err);
    say("result " + result.line());
  }

  private LoadResult callAllTheTime() throws InterruptedException {
    var warmUpCallers = Math.max(plan.inFlight(), plan.warmUpInFlight());
    var keys = new RandomKeys(warmUpCallers, plan.entities(), plan.hasOwnWarmUp());
    var method = plan.method().descriptor();
    var callers = new Callers(measured, warmUpCallers, commands, method, keys, errors);
    callers.start();
    Thread.sleep(plan.warmUpMillis() * 3 / 4);
    keys.settle(plan.inFlight());
    var timeoutMillis = plan.onceEachMillis() + DRAIN_TIMEOUT_MILLIS; // the warm-up's end as well
    if (!keys.awaitEachCalled(timeoutMillis)) {
      errors.add("not all counters were called within " + timeoutMillis + " ms", 1);
    }
    say("settling");
    Thread.sleep(plan.warmUpMillis() / 4);
    say("measuring");
    var from = System.nanoTime();
    callers.record(true, "measuring");
    Thread.sleep(plan.durationMillis());
    callers.record(false, "at the end");
    var nanos = System.nanoTime() - from;
    say("measured");
    keys.end();
    callers.awaitEnd(DRAIN_TIMEOUT_MILLIS);
    if (plan.method().increments()) {
      verify(callers.answered());
    }
    return LoadResult.of(callers.latencies(), nanos, errors.count());
  }

  private LoadResult callEachOnce() throws InterruptedException {
    var callers = eachOnce(plan.method() == LoadPlan.Method.READ, plan.inFlight());
    callers.record(true, "measuring");
    say("measuring");
    var from = System.nanoTime();
    callers.start();
    callers.awaitEnd(plan.onceEachMillis() + DRAIN_TIMEOUT_MILLIS);
    var nanos = System.nanoTime() - from;
    say("measured");
    return LoadResult.of(callers.latencies(), nanos, errors.count());
  }

  private void verify(long increments) throws InterruptedException {
    var failuresBefore = errors.count();
    var readers = eachOnce(true, VERIFYING_CALLERS);
    readers.record(false, "reading all counters at the end");
    readers.start();
    readers.awaitEnd(plan.onceEachMillis() + DRAIN_TIMEOUT_MILLIS);
    // an increment that failed may or may not have been stored
    if (errors.count() == 0 && readers.sumOfValues() != increments) {
      errors.add("the counters add up to " + readers.sumOfValues() + " after " + increments, 1);
    } else if (failuresBefore > 0) {
      System.err.println("counters not verified, because calls had failed");
    }
  }

  private Callers eachOnce(boolean reads, int number) {
    var next = new AtomicInteger();
    var method = reads ? CounterMethods.READ : CounterMethods.INCREMENT;
    return new Callers(
        channels,
        Math.min(number, commands.length),
        commands,
        method,
        caller -> {
          var key = next.getAndIncrement();
          return key < commands.length ? key : Callers.Keys.NONE;
        },
        errors);
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
