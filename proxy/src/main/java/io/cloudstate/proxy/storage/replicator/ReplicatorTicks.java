package io.cloudstate.proxy.storage.replicator;

import akka.cluster.ddata.Replicator;
import akka.cluster.ddata.Replicator$Internal$DeltaPropagationTick$;
import akka.cluster.ddata.Replicator$Internal$GossipTick$;

/**
 * What Akka's replicator tells itself when one of its clocks ticks, and what its tests ask it. Not
 * part of its API, which is why nobody else may know them; the version of Akka is fixed
 * (docs/decisions/0002), and without them replication would only be slower and larger.
 */
final class ReplicatorTicks {

  /** Send the changes that other nodes do not have yet. */
  static final Object SEND_CHANGES = Replicator$Internal$DeltaPropagationTick$.MODULE$;

  /** Compare with another node what both hold. */
  static final Object COMPARE = Replicator$Internal$GossipTick$.MODULE$;

  /** Tell which keys there are, but for those that were deleted. */
  static final Object WHICH_KEYS = Replicator.GetKeyIds$.MODULE$;

  private ReplicatorTicks() {}
}
