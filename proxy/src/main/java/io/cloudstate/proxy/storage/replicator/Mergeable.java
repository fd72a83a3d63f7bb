package io.cloudstate.proxy.storage.replicator;

import java.util.Set;

/**
 * An immutable value of which every node has a copy. Copies, and changes of copies, can be merged
 * in any order and any number of times with one result.
 */
public interface Mergeable<V extends Mergeable<V>> {

  /** Not if only changes of it have arrived so far that add nothing. */
  boolean exists();

  /** Both of them; either may be the change of a value instead of a whole one. */
  V merge(V that);

  /** What a change is merged with where there is no value yet. */
  V zero();

  /** Everybody whose changes the value still tells apart. */
  Set<Node> contributors();

  /** The same for readers, with the changes of a node that is gone taken over by another one. */
  V prune(Node removed, Node heir);

  /** Without the changes of a node that is gone, which another one has taken over. */
  V cleanUp(Node removed);
}
