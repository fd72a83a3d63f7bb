package io.cloudstate.proxy.storage.replicator;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * This node's copy of all replicated values. Thread-safe. Stages end and listeners are called on
 * the store's threads: hand on what they bring, and do not block.
 */
public interface Replica<V extends Mergeable<V>> {

  /** This node, as it appears in the values. */
  Node self();

  /**
   * What a majority of the nodes knows, merged; if they do not answer in time, what this node
   * knows. Never fails.
   */
  CompletionStage<Read<V>> load(ReplicaKey key);

  /** What this node knows now. Sees every update that was asked for before. */
  CompletionStage<Read<V>> read(ReplicaKey key);

  /**
   * Changes the value.
   *
   * @param change is given the value, if there is one, and called once, on the store's thread
   */
  CompletionStage<Written> update(
      ReplicaKey key, WriteLevel level, Function<Optional<V>, Update<V>> change);

  /**
   * Changes the value on this node for somebody who does not wait for that: before anything that
   * the same thread asks for afterwards; while there are no other nodes perhaps not before changes
   * would be sent to them.
   *
   * @param change as in {@link #update}
   */
  CompletionStage<Written> updateSoon(ReplicaKey key, Function<Optional<V>, Update<V>> change);

  /** Deletes the value for ever; {@code Done} also if there was none or it was deleted before. */
  CompletionStage<Written> delete(ReplicaKey key, WriteLevel level);

  /**
   * Tells of the value, if there is one, and of every change of it by somebody else; several within
   * a short time are told as one. What the only listener of the only node changes is not told,
   * other changes that are made here may be. Nothing follows after a deletion.
   */
  Subscription subscribe(ReplicaKey key, Consumer<Read<V>> listener);

  /** The nodes that are up or weakly up, this one included. */
  Set<Node> members();

  /** Tells of the members as they are, and again whenever they change. */
  Subscription subscribeToMembers(Consumer<Set<Node>> listener);

  /** Ends with {@link #close}; a word or two may still be on the way. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}
