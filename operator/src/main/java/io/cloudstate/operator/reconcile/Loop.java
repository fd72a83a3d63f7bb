package io.cloudstate.operator.reconcile;

import io.cloudstate.operator.reconcile.ReconcileListener.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works through the keys of one kind, several at a time but never one twice. After a failure a key
 * waits, longer each time; a settled one comes up again after a while all the same.
 */
final class Loop implements AutoCloseable {

  /** Bursts of events are one pass, and no key has more than ten passes a second. */
  private static final Duration QUIET = Duration.ofMillis(100);

  private static final Logger log = LoggerFactory.getLogger(Loop.class);

  private final String kind;
  private final Pass pass;
  private final ControllerSettings settings;
  private final Backoff backoff;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Agenda<Key> agenda = new Agenda<>();
  private final Map<Key, Integer> failures = new HashMap<>();
  private final Map<Thread, Long> busySince = new HashMap<>();
  private final List<Thread> workers = new ArrayList<>();
  private boolean isClosed;

  Loop(String kind, Pass pass, ControllerSettings settings) {
    this.kind = kind;
    this.pass = pass;
    this.settings = settings;
    this.backoff = new Backoff(settings.firstRetry(), settings.longestRetry());
  }

  void start() {
    lock.lock();
    try {
      for (int i = 0; i < settings.workers() && !isClosed; i++) {
        var worker = new Thread(this::work, "%s-%d".formatted(kind, i));
        worker.setDaemon(true);
        workers.add(worker);
        worker.start();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Something that this key depends on has changed. */
  void add(Key key) {
    addAfter(key, QUIET);
  }

  private void addAfter(Key key, Duration delay) {
    lock.lock();
    try {
      agenda.add(key, System.nanoTime() + delay.toNanos());
      changed.signal();
    } finally {
      lock.unlock();
    }
    tellQueued();
  }

  private void tellQueued() {
    int due;
    lock.lock();
    try {
      due = agenda.due(System.nanoTime() + QUIET.toNanos());
    } finally {
      lock.unlock();
    }
    settings.listener().queued(kind, due);
  }

  /** What is wrong with it, if a worker has ended or has been at one key for too long. */
  Optional<String> ailment() {
    lock.lock();
    try {
      var longest = settings.stuckAfter();
      var now = System.nanoTime();
      if (!workers.stream().allMatch(Thread::isAlive)) {
        return Optional.of("a worker of %s has ended".formatted(kind));
      }
      return busySince.values().stream().anyMatch(since -> now - since >= longest.toNanos())
          ? Optional.of("a pass over a %s takes longer than %s".formatted(kind, longest))
          : Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** No pass begins any more; those under way are interrupted. */
  @Override
  public void close() {
    lock.lock();
    try {
      isClosed = true;
      changed.signalAll();
      workers.forEach(Thread::interrupt);
    } finally {
      lock.unlock();
    }
  }

  private void work() {
    for (var key = next(); key != null; key = next()) {
      tellQueued();
      var start = System.nanoTime();
      var outcome = outcomeOf(key);
      settings.listener().reconciled(kind, outcome, Duration.ofNanos(System.nanoTime() - start));
      done(key, outcome);
    }
  }

  private @Nullable Key next() {
    lock.lock();
    try {
      busySince.remove(Thread.currentThread());
      while (!isClosed) {
        var now = System.nanoTime();
        var key = agenda.poll(now);
        if (key.isPresent()) {
          busySince.put(Thread.currentThread(), now);
          return key.get();
        }
        var next = agenda.next();
        if (next.isPresent()) {
          changed.awaitNanos(next.getAsLong() - now);
        } else {
          changed.await();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
    return null;
  }

  private Outcome outcomeOf(Key key) {
    try {
      return pass.over(key, failuresOf(key));
    } catch (RuntimeException e) {
      if (failuresOf(key) == 0 && !isClosing()) {
        log.atWarn()
            .addKeyValue("kind", kind)
            .addKeyValue("key", key)
            .setCause(e)
            .log("pass failed");
      }
      return Outcome.FAILED;
    }
  }

  private boolean isClosing() {
    lock.lock();
    try {
      return isClosed;
    } finally {
      lock.unlock();
    }
  }

  private int failuresOf(Key key) {
    lock.lock();
    try {
      return failures.getOrDefault(key, 0);
    } finally {
      lock.unlock();
    }
  }

  private void done(Key key, Outcome outcome) {
    Duration wait;
    lock.lock();
    try {
      if (outcome == Outcome.FAILED) {
        var failed = failures.merge(key, 1, Integer::sum);
        wait = backoff.after(failed, ThreadLocalRandom.current().nextDouble());
      } else {
        failures.remove(key);
        wait = spread(settings.resync());
      }
      agenda.done(key);
    } finally {
      lock.unlock();
    }
    if (outcome != Outcome.GONE) {
      addAfter(key, wait);
    }
  }

  /** Not all at the same time. */
  private static Duration spread(Duration period) {
    return period.plusMillis(
        (long) (period.toMillis() * ThreadLocalRandom.current().nextDouble() / 10));
  }
}
