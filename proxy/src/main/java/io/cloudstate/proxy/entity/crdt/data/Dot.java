package io.cloudstate.proxy.entity.crdt.data;

import io.cloudstate.proxy.storage.replicator.Node;
import java.util.Comparator;

/**
 * One change: the {@code seq}-th that a node made to a CRDT. Whatever a CRDT holds carries the dot
 * of the change that put it there, so that replicas can tell "removed" from "not yet seen".
 */
record Dot(Node node, long seq) implements Comparable<Dot> {

  private static final Comparator<Dot> ORDER =
      Comparator.comparing(Dot::node).thenComparingLong(Dot::seq);

  @Override
  public int compareTo(Dot that) {
    return ORDER.compare(this, that);
  }
}
