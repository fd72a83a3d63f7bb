package io.cloudstate.operator.reconcile;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Watches the resources and what belongs to them, and takes each through its passes. Started once,
 * closed once; the client stays the caller's. When it is closed, passes that are under way are
 * interrupted and no other begins.
 */
public final class Controller implements AutoCloseable {

  private final ControllerSettings settings;
  private final Cluster cluster;
  private final Loop services;
  private final Loop stores;
  private final AtomicBoolean isClosed = new AtomicBoolean();
  private final AtomicLong watchedAt = new AtomicLong();
  private CompletableFuture<Void> start = new CompletableFuture<>();

  /** The client should not retry requests for long by itself: that holds up a worker. */
  public Controller(KubernetesClient client, ControllerSettings settings) {
    this.settings = settings;
    this.cluster = new Cluster(client, settings);
    var writer = new Writer(client);
    var teller = new Teller(writer::create, settings.instance(), settings.clock());
    var serialization = client.getKubernetesSerialization();
    var pass = new ServicePass(cluster, writer, teller, settings, serialization);
    services = new Loop("StatefulService", pass, settings);
    stores =
        new Loop(
            "StatefulStore",
            new StorePass(cluster, writer, teller, settings, serialization),
            settings);
    cluster.onDeleted(pass::onDeleted);
    cluster.onChange(services::add, stores::add);
  }

  /** Returns at once; passes begin when all there is has been listed. */
  public void start() {
    watchedAt.set(System.nanoTime());
    synchronized (this) {
      start = cluster.start().thenRun(this::startLoops);
    }
  }

  private void startLoops() {
    if (!isClosed.get()) {
      services.start();
      stores.start();
    }
  }

  /** Whether all there is has been listed once. */
  public boolean isSynced() {
    return cluster.isSynced();
  }

  /**
   * Whether all is watched and no pass hangs. It is to be asked now and then: a watch that is lost
   * counts only when it has not come back for {@link ControllerSettings#stuckAfter}.
   */
  public boolean isAlive() {
    return ailment().isEmpty();
  }

  /** Why it is not alive. */
  public Optional<String> ailment() {
    if (watchedAt.get() == 0 || isClosed.get()) {
      return Optional.of("it does not run");
    }
    if (hasFailed()) {
      return Optional.of("it could not start");
    }
    return unwatched().or(services::ailment).or(stores::ailment);
  }

  private Optional<String> unwatched() {
    var now = System.nanoTime();
    var unwatched = cluster.unwatched();
    if (unwatched.isEmpty()) {
      watchedAt.set(now);
    }
    return now - watchedAt.get() < settings.stuckAfter().toNanos()
        ? Optional.empty()
        : Optional.of(
            "no watch of %s for %s".formatted(String.join(", ", unwatched), settings.stuckAfter()));
  }

  private synchronized boolean hasFailed() {
    return start.isCompletedExceptionally();
  }

  @Override
  public void close() {
    if (isClosed.compareAndSet(false, true)) {
      services.close();
      stores.close();
      cluster.close();
    }
  }
}
