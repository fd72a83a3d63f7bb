package io.cloudstate.proxy.testing;

import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Callers that append, each one text after the other, to random entities of a ledger, and write
 * down there what they were told.
 */
public final class Load {

  /** What a caller does when its call failed. */
  public enum AfterFailure {
    STOP,
    GO_ON
  }

  /**
   * What came of the calls.
   *
   * @param failures how many calls ended with each status, as {@code CODE: description}
   * @param longestCall from the call to its outcome, whichever
   */
  public record Outcomes(int acknowledged, Map<String, Integer> failures, Duration longestCall) {

    public int failed() {
      return failures.values().stream().mapToInt(Integer::intValue).sum();
    }
  }

  private static final int MOST_KINDS_OF_FAILURE = 100;

  private final AppendingClient client;
  private final Ledger ledger;
  private final AfterFailure afterFailure;
  private final int acknowledgedBefore;
  private final Map<String, Integer> failures = new ConcurrentHashMap<>();
  private final AtomicLong longestNanos = new AtomicLong();
  private final CountDownLatch running;
  private volatile boolean isStopping;

  private Load(AppendingClient client, Ledger ledger, int callers, AfterFailure afterFailure) {
    this.client = client;
    this.ledger = ledger;
    this.afterFailure = afterFailure;
    this.acknowledgedBefore = ledger.acknowledgements();
    this.running = new CountDownLatch(callers);
  }

  public static Load start(
      AppendingClient client, Ledger ledger, int callers, AfterFailure afterFailure) {
    var load = new Load(client, ledger, callers, afterFailure);
    for (var caller = 1; caller <= callers; caller++) {
      var thread = new Thread(load::run, "caller-" + caller);
      thread.setDaemon(true);
      thread.start();
    }
    return load;
  }

  /** Waits until so many further texts are acknowledged. */
  public void awaitAcknowledgements(int count) {
    var target = ledger.acknowledgements() + count;
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> ledger.acknowledgements() >= target);
  }

  /** Lets the callers go on for a while. They must not all stop before that. */
  public void goOnFor(Duration duration) throws InterruptedException {
    if (running.await(duration.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new AssertionError("all callers have stopped, with " + failures);
    }
  }

  /** How many calls have failed so far. */
  public int failed() {
    return failures.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Stops the callers once their calls under way have an outcome. */
  public Outcomes stop() throws InterruptedException {
    isStopping = true;
    return awaitEnd();
  }

  /** Waits until all callers have stopped by themselves. */
  public Outcomes awaitEnd() throws InterruptedException {
    var longest = AppendingClient.DEADLINE.plusSeconds(5);
    if (!running.await(longest.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError(running.getCount() + " callers hang");
    }
    return new Outcomes(
        ledger.acknowledgements() - acknowledgedBefore,
        new TreeMap<>(failures),
        Duration.ofNanos(longestNanos.get()));
  }

  private void run() {
    try {
      var goesOn = true;
      while (goesOn && !isStopping) {
        goesOn = append() || afterFailure == AfterFailure.GO_ON;
      }
    } finally {
      running.countDown();
    }
  }

  private boolean append() {
    var entities = ledger.entities();
    var entity = entities.get(ThreadLocalRandom.current().nextInt(entities.size()));
    var text = ledger.newText();
    var from = System.nanoTime();
    try {
      ledger.acknowledged(entity, text, client.append(entity, text));
      return true;
    } catch (StatusRuntimeException e) {
      ledger.unknown(entity, text);
      count(e.getStatus());
      return false;
    } finally {
      longestNanos.accumulateAndGet(System.nanoTime() - from, Math::max);
    }
  }

  private void count(Status status) {
    var text = status.getCode() + ": " + status.getDescription();
    var isKnown = failures.size() < MOST_KINDS_OF_FAILURE || failures.containsKey(text);
    failures.merge(isKnown ? text : "others", 1, Integer::sum);
  }
}
