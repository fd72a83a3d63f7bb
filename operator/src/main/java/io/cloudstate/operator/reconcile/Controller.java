package io.cloudstate.operator.reconcile;

import io.fabric8.kubernetes.client.KubernetesClient;

/**
 * Watches the resources and what belongs to them, and takes each through its passes. Started once,
 * closed once; the client stays the caller's. A pass that is under way when it is closed ends, but
 * no other begins.
 */
public final class Controller implements AutoCloseable {

  private final KubernetesClient client;
  private final ControllerSettings settings;

  public Controller(KubernetesClient client, ControllerSettings settings) {
    this.client = client;
    this.settings = settings;
  }

  /** Returns at once; passes begin when all there is has been listed. */
  public void start() {
    client.getNamespace();
    settings.workers();
  }

  /** Whether all there is has been listed once. */
  public boolean isSynced() {
    return false;
  }

  /** Whether all is watched, and no pass hangs, but for a while that is to be expected. */
  public boolean isAlive() {
    return false;
  }

  @Override
  public void close() {}
}
