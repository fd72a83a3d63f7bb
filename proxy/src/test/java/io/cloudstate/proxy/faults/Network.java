package io.cloudstate.proxy.faults;

import java.util.List;
import java.util.Optional;

/** Where the nodes are, and what passes between them. Nodes are numbered from 1. */
interface Network extends AutoCloseable {

  int MOST_NODES = 4;

  /** The best this machine permits: namespaces, or else addresses of the loopback device. */
  static Network open() {
    var obstacle = Namespaces.obstacle();
    return obstacle.isEmpty() ? Namespaces.create() : new Loopback(obstacle.get());
  }

  /** The address of this process, by which nodes reach it. */
  String home();

  /** The address of a node. */
  String host(int node);

  /** What has to stand before a command to run it at this node. */
  List<String> within(int node);

  /** Why nothing can be cut here, if so. */
  Optional<String> uncuttable();

  /** From now on nothing that one node sends reaches the other. */
  void cut(int from, int to);

  /** Everything passes again. */
  void heal();

  @Override
  void close();

  /** Nodes on addresses of the loopback device. */
  record Loopback(String obstacle) implements Network {

    @Override
    public String home() {
      return "127.0.0.1";
    }

    @Override
    public String host(int node) {
      return "127.0.0." + (node + 1);
    }

    @Override
    public List<String> within(int node) {
      return List.of();
    }

    @Override
    public Optional<String> uncuttable() {
      return Optional.of(obstacle);
    }

    @Override
    public void cut(int from, int to) {
      throw new IllegalStateException(obstacle);
    }

    @Override
    public void heal() {}

    @Override
    public void close() {}
  }
}
