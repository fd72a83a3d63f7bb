package io.cloudstate.proxy.entity.crdt.data;

import io.cloudstate.proxy.storage.replicator.Node;
import java.util.Set;

/**
 * From where a function looks at a CRDT; what it sees of votes depends on it.
 *
 * @param own the node the function belongs to
 * @param members the nodes that are up or weakly up, {@code own} included
 */
public record View(Node own, Set<Node> members) {

  public View {
    members = Set.copyOf(members);
  }
}
