package io.cloudstate.proxy.storage.jdbc;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.cloudstate.proxy.storage.journal.StorageUnavailable;
import io.cloudstate.proxy.storage.journal.StoreHealth;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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
    /**
     * Blocks; throws what is wrong, or fails with it later. Always a {@link StorageUnavailable}.
     */
    CompletionStage<?> run();
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

  /**
   * Checks now. Blocks.
   *
   * @throws StorageUnavailable what is wrong, as far as that is known when it returns
   */
  void check() {
    check
        .run()
        .whenComplete(
            (usable, failure) -> {
              if (failure != null) {
                lost((StorageUnavailable) failure);
              }
            });
  }

  /** Checks something besides, soon; from now on the ordinary check has to include it. */
  synchronized void checkMore(Runnable more) {
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

  /** The same, and tells why. */
  StorageUnavailable lost(Dialect dialect, SQLException failure) {
    var why = dialect.unavailable(failure);
    lost(why);
    return why;
  }

  private synchronized boolean lostNow(StorageUnavailable why) {
    if (trouble != null || isClosed) {
      return false;
    }
    trouble = why;
    health.lost(String.valueOf(why.getMessage()));
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
    CompletionStage<?> checked;
    try {
      checked = check.run();
    } catch (StorageUnavailable e) {
      checked = CompletableFuture.failedFuture(e);
    } catch (RuntimeException e) {
      // A fault of a driver, perhaps; the checks have to go on.
      checked = CompletableFuture.failedFuture(new StorageUnavailable("the check fails: " + e, e));
    }
    checked.whenComplete(
        (usable, failure) -> {
          found((StorageUnavailable) failure);
          if (failure != null) {
            var next = wait.multipliedBy(2);
            checkIn(next.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : next);
          }
        });
  }

  private synchronized void found(@Nullable StorageUnavailable now) {
    if (isClosed) {
      return;
    }
    trouble = now;
    if (now == null) {
      health.back();
    }
  }
}
