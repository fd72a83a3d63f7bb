package io.cloudstate.proxy.storage.replicator;

import java.util.Comparator;

/**
 * One run of a proxy in the cluster.
 *
 * @param address where it is reached, e.g. {@code akka://cloudstate@10.0.0.7:2552}
 * @param uid tells two runs at one address apart
 */
public record Node(String address, long uid) implements Comparable<Node> {

  private static final Comparator<Node> ORDER =
      Comparator.comparing(Node::address).thenComparingLong(Node::uid);

  @Override
  public int compareTo(Node that) {
    return ORDER.compare(this, that);
  }
}
