package io.cloudstate.proxy.storage.replicator;

/** How many nodes must have a change before it counts as written. */
public enum WriteLevel {
  /** This one. */
  LOCAL,
  /** More than half of the cluster, this one included. */
  MAJORITY,
  /** Every node, those that cannot be reached included. */
  ALL
}
