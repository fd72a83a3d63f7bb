package io.cloudstate.proxy.storage.replicator;

import akka.actor.AddressFromURIString;
import akka.cluster.UniqueAddress;
import akka.cluster.ddata.AbstractDeltaReplicatedData;
import akka.cluster.ddata.DeltaReplicatedData;
import akka.cluster.ddata.RemovedNodePruning;
import akka.cluster.ddata.RequiresCausalDeliveryOfDeltas;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A value, or a change of one, as Akka's Distributed Data takes it. Whoever serializes one looks at
 * {@link #value} alone.
 *
 * <p>Changes name what they replace, so one that is lost must not be followed by the next: a
 * counter would be counted twice until the whole value arrives.
 */
public final class Replicated<V extends Mergeable<V>>
    extends AbstractDeltaReplicatedData<Replicated<V>, Replicated<V>>
    implements RequiresCausalDeliveryOfDeltas, RemovedNodePruning {

  private final @Nullable V value;
  private final @Nullable V change;
  private final @Nullable Replicated<V> before;

  public Replicated(V value) {
    this(value, null, null);
  }

  private Replicated(@Nullable V value, @Nullable V change, @Nullable Replicated<V> before) {
    this.value = value;
    this.change = change;
    this.before = before;
  }

  /** Stands for "no value yet" where Akka wants something to change; never stored. */
  static <V extends Mergeable<V>> Replicated<V> nothing() {
    return new Replicated<>(null, null, null);
  }

  public V value() {
    if (value == null) {
      throw new IllegalStateException("there is no value yet");
    }
    return value;
  }

  /** Empty also while only changes have arrived that add nothing. */
  Optional<V> existing() {
    return value == null || !value.exists() ? Optional.empty() : Optional.of(value);
  }

  Optional<V> held() {
    return Optional.ofNullable(value);
  }

  Replicated<V> changed(V newValue, V newChange) {
    return new Replicated<>(newValue, newChange, this);
  }

  @Override
  public Optional<Replicated<V>> deltaData() {
    return change == null ? Optional.empty() : Optional.of(new Replicated<>(change));
  }

  @Override
  public Replicated<V> resetDelta() {
    return change == null ? this : new Replicated<>(value, null, before);
  }

  @Override
  public Replicated<V> mergeData(Replicated<V> that) {
    return merged(that);
  }

  @Override
  public Replicated<V> mergeDeltaData(Replicated<V> that) {
    return merged(that);
  }

  /** Akka merges each local change with what it was made from: there is nothing to merge. */
  private Replicated<V> merged(Replicated<V> that) {
    return that.before == this
        ? new Replicated<>(that.value())
        : new Replicated<>(value().merge(that.value()));
  }

  @Override
  public DeltaReplicatedData zero() {
    return new Replicated<>(value().zero());
  }

  @Override
  public scala.collection.immutable.Set<UniqueAddress> modifiedByNodes() {
    Set<UniqueAddress> nodes = new HashSet<>();
    for (var node : value().contributors()) {
      nodes.add(new UniqueAddress(AddressFromURIString.parse(node.address()), node.uid()));
    }
    return CollectionConverters.asScala(nodes).toSet();
  }

  @Override
  public boolean needPruningFrom(UniqueAddress removed) {
    return value().contributors().contains(node(removed));
  }

  @Override
  public Replicated<V> prune(UniqueAddress removed, UniqueAddress heir) {
    return new Replicated<>(value().prune(node(removed), node(heir)));
  }

  @Override
  public Replicated<V> pruningCleanup(UniqueAddress removed) {
    return new Replicated<>(value().cleanUp(node(removed)));
  }

  static Node node(UniqueAddress address) {
    return new Node(address.address().toString(), address.longUid());
  }

  @Override
  public String toString() {
    return "Replicated[%s]".formatted(value);
  }
}
