package io.cloudstate.proxy.storage.jdbc;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.cloudstate.proxy.storage.journal.StorageUnavailable;
import io.cloudstate.proxy.storage.journal.StoreHealth;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether the database can be used. From the first failure that is the database's own, everything
 * is refused at once, and one thread looks now and then whether it is back:
 *
 * <pre>
 *   usable ──lost──► lost ──check succeeds──► usable, another generation
 *                    │  ▲
 *                    └──┘ check fails: wait, a little longer each time
 * </pre>
 */
@ThreadSafe
final class Availability implements AutoCloseable {

  /** Connects, and sees to the tables. */
  interface Check {
    /** Blocks; throws what is wrong. */
    void run();
  }

  private static final Duration FIRST_WAIT = Duration.ofMillis(100);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

  private final Check check;
  private final StoreHealth health;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            var made = new Thread(task, "store-checker");
            made.setDaemon(true);
            return made;
          });

  private volatile @Nullable StorageUnavailable trouble; // written under the lock
  private volatile int generation; // ditto

  @GuardedBy("this")
  private boolean isClosed;

  Availability(Check check, StoreHealth health) {
    this.check = check;
    this.health = health;
  }

  /** Why nothing can be done at the moment; null when it can. */
  @Nullable StorageUnavailable trouble() {
    return trouble;
  }

  /** Changes when the database was lost: connections from before are of no use. */
  int generation() {
    return generation;
  }

  /** The database fails: from now on refuses everything, until a check succeeds. */
  void lost(StorageUnavailable why) {
    if (lostNow(why)) {
      // Without the causes below it: it says all there is to say, they only parts of that.
      var reason = new StorageUnavailable(String.valueOf(why.getMessage()));
      health.failed("", "nothing is stored or loaded until it works", reason);
    }
  }

  /** Checks something besides, soon; from now on the ordinary check has to include it. */
  synchronized void checkMore(Check more) {
    if (!isClosed && trouble == null) {
      thread.execute(
          () -> {
            try {
              more.run();
            } catch (StorageUnavailable e) {
              lost(e);
            }
          });
    }
  }

  private synchronized boolean lostNow(StorageUnavailable why) {
    if (trouble != null || isClosed) {
      return false;
    }
    trouble = why;
    generation++;
    checkIn(FIRST_WAIT);
    return true;
  }

  @Override
  public synchronized void close() {
    isClosed = true;
    trouble = new StorageUnavailable("the store is closed");
    thread.shutdownNow();
  }

  private synchronized void checkIn(Duration wait) {
    if (!isClosed) {
      var unused = thread.schedule(() -> checkNow(wait), wait.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void checkNow(Duration wait) {
    try {
      check.run();
      found(null);
    } catch (StorageUnavailable e) {
      found(e);
      var next = wait.multipliedBy(2);
      checkIn(next.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : next);
    }
  }

  private synchronized void found(@Nullable StorageUnavailable now) {
    if (!isClosed) {
      trouble = now;
    }
  }
}
