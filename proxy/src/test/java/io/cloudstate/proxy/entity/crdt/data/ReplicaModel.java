package io.cloudstate.proxy.entity.crdt.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.proxy.storage.replicator.Node;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One node of a cluster on paper: its copy in the store, the changes of others that are on their
 * way to it, its function's copy, and the shadow of that (spec/crdt.md 4).
 */
final class ReplicaModel {

  final Node node;
  final List<Crdt> onTheWay = new ArrayList<>();
  private final View view;
  private @Nullable Crdt store;
  private @Nullable Crdt shadow;
  private @Nullable FunctionCopy function;

  ReplicaModel(Node node, Set<Node> members) {
    this.node = node;
    this.view = new View(node, members);
  }

  @Nullable Crdt store() {
    return store;
  }

  /** The store's copy, once there is one. */
  Crdt stored() {
    return Objects.requireNonNull(store);
  }

  /** The function's copy, once there is one. */
  FunctionCopy held() {
    return Objects.requireNonNull(function);
  }

  View view() {
    return view;
  }

  @Nullable FunctionCopy function() {
    return function;
  }

  /** The function changes its copy and says so: first the shadow takes it, then the store. */
  Crdt write(CrdtDelta delta, long now) {
    if (function == null) {
      function = FunctionCopy.created(Deltas.empty(IllegalDelta.typeOf(delta)));
    }
    function.write(delta);
    var held = changed(Crdt.hold(Optional.ofNullable(shadow), delta, node, now));
    shadow = held.value();
    var written = changed(Crdt.write(Optional.ofNullable(store), held, delta, node, now));
    store = written.value();
    return written.change();
  }

  private static Applied.Changed changed(Applied applied) {
    assertThat(applied).isInstanceOf(Applied.Changed.class);
    return (Applied.Changed) applied;
  }

  void merge(Crdt valueOrChange) {
    // as it comes off the wire
    var received = copied(valueOrChange);
    store = store == null ? received.zero().merge(received) : store.merge(received);
  }

  static Crdt copied(Crdt crdt) {
    try {
      return CrdtReader.read(CrdtWriter.write(crdt));
    } catch (IOException broken) {
      throw new AssertionError(broken);
    }
  }

  /** No command is with the function: it is told how the store differs from what it holds. */
  void tellFunction() {
    if (store == null || !store.exists()) {
      return;
    }
    if (shadow == null || function == null) {
      function = FunctionCopy.of(store.initialDelta(view));
    } else {
      var difference = store.differenceFrom(shadow, view, view);
      if (difference instanceof Difference.Delta change) {
        function.apply(change.delta());
      } else if (difference instanceof Difference.Incompatible) {
        function = FunctionCopy.of(store.initialDelta(view));
      }
    }
    shadow = store;
  }
}
