package io.cloudstate.proxy.entity.crdt.data;

import io.cloudstate.proxy.storage.replicator.Node;

/** Hands what a removed node put into a CRDT over to another node. For one use. */
final class Pruning {

  private final Node removed;
  private final Node heir;
  private long lastSeq;

  Pruning(Node removed, Node heir, long lastSeq) {
    this.removed = removed;
    this.heir = heir;
    this.lastSeq = lastSeq;
  }

  Node removed() {
    return removed;
  }

  Node heir() {
    return heir;
  }

  long lastSeq() {
    return lastSeq;
  }

  Dot mint() {
    lastSeq++;
    return new Dot(heir, lastSeq);
  }
}
