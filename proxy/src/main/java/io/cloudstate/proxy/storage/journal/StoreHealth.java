package io.cloudstate.proxy.storage.journal;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the log when the store starts to fail and when it works again: one line each, however many
 * entities meet it. What happens in between goes to DEBUG. Answers and failures come mixed while a
 * store goes down, so it works again only when it answers and has not failed for a second.
 */
@ThreadSafe
public final class StoreHealth {

  private static final Logger log = LoggerFactory.getLogger(StoreHealth.class);
  private static final Duration CALM = Duration.ofSeconds(1);

  private final LongSupplier nanoTime;
  private volatile boolean isFailing; // written under the lock
  private volatile @Nullable String trouble;

  @GuardedBy("this")
  private long firstFailureNanos;

  @GuardedBy("this")
  private long lastFailureNanos;

  @GuardedBy("this")
  private long failures;

  /** Health of a store of which nothing is known yet: it counts as working. */
  public StoreHealth(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** The store has done what it was asked for. */
  public void answered() {
    if (isFailing) {
      answeredAfterFailures();
    }
  }

  /**
   * The store has not done what it was asked for.
   *
   * @param entity its persistence id
   * @param what did not happen
   */
  public void failed(String entity, String what, Throwable cause) {
    log.atDebug().addKeyValue("entity", entity).setCause(cause).log("{}", what);
    if (countFailure()) {
      log.error("the store fails, {}: {}", what, root(cause).toString());
    }
  }

  /** The store as such is away: nothing is stored or loaded until it is {@linkplain #back}. */
  public void lost(String why) {
    trouble = why;
  }

  /** The store can be asked again. */
  public void back() {
    trouble = null;
  }

  /** Why nothing can be stored or loaded at the moment, if that is so. */
  public Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  private synchronized boolean countFailure() {
    var isFirst = !isFailing;
    lastFailureNanos = nanoTime.getAsLong();
    if (isFirst) {
      isFailing = true;
      firstFailureNanos = lastFailureNanos;
      failures = 0;
    }
    failures++;
    return isFirst;
  }

  private synchronized void answeredAfterFailures() {
    var now = nanoTime.getAsLong();
    if (isFailing && now - lastFailureNanos >= CALM.toNanos()) {
      isFailing = false;
      log.atInfo()
          .addKeyValue("failures", failures)
          .addKeyValue("seconds", Duration.ofNanos(now - firstFailureNanos).toSeconds())
          .log("the store works again");
    }
  }

  /** The innermost cause says most. */
  private static Throwable root(Throwable failure) {
    var root = failure;
    for (var cause = root.getCause(); cause != null; cause = root.getCause()) {
      root = cause;
    }
    return root;
  }
}
