package io.cloudstate.proxy.storage.replicator;

import java.util.Set;

/** The nodes that are up or weakly up; written by the desk, read by everybody. */
final class Members {

  private volatile Set<Node> all;

  Members(Node self) {
    all = Set.of(self);
  }

  Set<Node> all() {
    return all;
  }

  void become(Set<Node> members) {
    all = Set.copyOf(members);
  }
}
