package io.cloudstate.proxy.storage.replicator;

import akka.cluster.ddata.Key;

/** A key as Akka's Distributed Data takes it; never leaves the node, its id does. */
final class ReplicatedKey<V extends Mergeable<V>> extends Key<Replicated<V>> {

  private static final long serialVersionUID = 1;

  ReplicatedKey(String id) {
    super(id);
  }
}
