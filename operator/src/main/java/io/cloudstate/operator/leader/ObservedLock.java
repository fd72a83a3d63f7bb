package io.cloudstate.operator.leader;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A lock that says when it was last looked at and last written. Its requests end within a given
 * time and are not repeated: the library's own would go on after the lease is over.
 */
final class ObservedLock implements Lock {

  private final Lock lock;
  private final KubernetesClient impatient;
  private volatile long lookedNanos = System.nanoTime();
  private volatile long writtenNanos = System.nanoTime();

  ObservedLock(Lock lock, KubernetesClient client, Duration timeout) {
    this.lock = lock;
    this.impatient =
        client
            .newClient(
                new RequestConfigBuilder()
                    .withRequestTimeout(Math.toIntExact(timeout.toMillis()))
                    .withRequestRetryBackoffLimit(0)
                    .build())
            .adapt(KubernetesClient.class);
  }

  @Override
  public @Nullable LeaderElectionRecord get(KubernetesClient client) {
    lookedNanos = System.nanoTime();
    return lock.get(impatient);
  }

  @Override
  public void create(KubernetesClient client, LeaderElectionRecord record) {
    var started = System.nanoTime();
    lock.create(impatient, record);
    writtenNanos = started;
  }

  @Override
  public void update(KubernetesClient client, LeaderElectionRecord record) {
    var started = System.nanoTime();
    lock.update(impatient, record);
    writtenNanos = started;
  }

  @Override
  public String identity() {
    return lock.identity();
  }

  @Override
  public String describe() {
    return lock.describe();
  }

  Duration sinceLooked() {
    return Duration.ofNanos(System.nanoTime() - lookedNanos);
  }

  /** Since the last write that succeeded was begun, so never less than the API server thinks. */
  Duration sinceWritten() {
    return Duration.ofNanos(System.nanoTime() - writtenNanos);
  }
}
