package io.cloudstate.operator.leader;

import io.cloudstate.operator.config.OperatorSettings;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process's part in the election.
 *
 * <pre>
 *   STANDBY ──lease taken──► LEADING ──not renewed in time, or taken away──► LOST
 *      └──────────close──────────┴──► CLOSED (the lease is released)
 * </pre>
 *
 * <p>The library's elector takes and renews the lease. Whether it was renewed in time is watched
 * apart from it, as a request of its that hangs would hold up its own look at the time too.
 */
public final class Leadership implements AutoCloseable {

  private enum State {
    STANDBY,
    LEADING,
    LOST,
    CLOSED
  }

  private static final Logger log = LoggerFactory.getLogger(Leadership.class);

  /** A standby looks at the lease at least once per duration, so this is far too late. */
  private static final int DURATIONS_WITHOUT_A_LOOK = 4;

  private final OperatorSettings.Lease settings;
  private final Runnable onLeading;
  private final Runnable onLost;
  private final ObservedLock lock;
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "lease-watch"));
  private final AtomicReference<State> state = new AtomicReference<>(State.STANDBY);
  private @Nullable CompletableFuture<?> election;

  /**
   * Takes no part yet.
   *
   * @param onLeading called at most once, and not for long
   * @param onLost called at most once, after which nothing may be written to the cluster
   */
  public Leadership(
      KubernetesClient client,
      String namespace,
      String identity,
      OperatorSettings.Lease settings,
      Runnable onLeading,
      Runnable onLost) {
    this.settings = settings;
    this.onLeading = onLeading;
    this.onLost = onLost;
    this.lock =
        new ObservedLock(
            new LeaseLock(namespace, settings.name(), identity),
            client,
            settings.renewDeadline().dividedBy(2));
  }

  /** Takes part until it is closed or has lost. */
  public void start(KubernetesClient client) {
    var config =
        new LeaderElectionConfigBuilder()
            .withName(settings.name())
            .withLock(lock)
            .withLeaseDuration(settings.duration())
            .withRenewDeadline(settings.renewDeadline())
            .withRetryPeriod(settings.retryPeriod())
            .withReleaseOnCancel(true)
            .withLeaderCallbacks(
                new LeaderCallbacks(
                    this::lead,
                    () -> lose("the lease was not renewed in time, or taken by another"),
                    leader -> log.atInfo().addKeyValue("leader", leader).log("leader changed")))
            .build();
    var elector =
        new LeaderElector(
            client, config, Executors.newSingleThreadExecutor(task -> daemon(task, "lease")));
    var looksMillis = Math.max(1, settings.retryPeriod().toMillis() / 2);
    var looks =
        watch.scheduleWithFixedDelay(this::look, looksMillis, looksMillis, TimeUnit.MILLISECONDS);
    var started = elector.start();
    // the library's own future: to cancel what is made of it would not reach the elector
    election = started;
    var unused =
        started.whenComplete(
            (end, failure) -> {
              looks.cancel(false);
              ended(failure);
            });
  }

  private static Thread daemon(Runnable task, String name) {
    var thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  private void lead() {
    if (state.compareAndSet(State.STANDBY, State.LEADING)) {
      log.atInfo().addKeyValue("lease", settings.name()).log("this process leads");
      onLeading.run();
    }
  }

  private void look() {
    if (isLeading() && lock.sinceWritten().compareTo(settings.renewDeadline()) > 0) {
      lose("the lease has not been renewed for %d ms".formatted(lock.sinceWritten().toMillis()));
    }
  }

  private void lose(String why) {
    if (state.compareAndSet(State.LEADING, State.LOST)) {
      log.atError()
          .addKeyValue("lease", settings.name())
          .log("this process leads no more: {}", why);
      onLost.run();
    }
  }

  /** The library's elector may also end before it has led; it would never take part again. */
  private void ended(@Nullable Throwable failure) {
    if (state.compareAndSet(State.STANDBY, State.LOST)) {
      log.atError().setCause(failure).log("the election ended by itself");
      onLost.run();
    } else {
      lose("the election ended");
    }
  }

  public boolean isLeading() {
    return state.get() == State.LEADING;
  }

  /** Whether the lease is looked at, be it by the leader or on standby. */
  public boolean isAlive() {
    return lock.sinceLooked().compareTo(settings.duration().multipliedBy(DURATIONS_WITHOUT_A_LOOK))
        < 0;
  }

  /** Releases the lease if it is held, so that another takes it at once. */
  @Override
  public void close() {
    var before = state.getAndSet(State.CLOSED);
    watch.shutdownNow();
    if (election != null && before != State.LOST) {
      election.cancel(true);
    }
  }
}
