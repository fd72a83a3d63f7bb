package io.cloudstate.proxy.entity;

/**
 * Which other node has answered last for a shard: sharding does not tell where it takes a command.
 * Wrong for the moment in which the shard moves. Thread-safe.
 */
final class Home {

  static final long UNKNOWN = 0;

  private volatile long node = UNKNOWN;

  /** The number by which the cluster tells the node from others, and from its earlier lives. */
  long node() {
    return node;
  }

  void answeredBy(long answering) {
    if (answering != node) { // rarely: the write would cost more than the look
      node = answering;
    }
  }

  /** Those of all shards of a service, by their numbers. */
  static Home[] of(int numberOfShards) {
    var homes = new Home[numberOfShards];
    for (var shard = 0; shard < numberOfShards; shard++) {
      homes[shard] = new Home();
    }
    return homes;
  }
}
