package io.cloudstate.proxy.entity.crdt.data;

import io.cloudstate.proxy.storage.replicator.Node;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BinaryOperator;

/** What nodes contributed, each contribution with its dot: one per node as a rule. Sorted. */
record Slots<V>(List<Slot<V>> all) {

  record Slot<V>(Dot dot, V content) {}

  private static final Slots<?> NONE = new Slots<>(List.of());

  Slots {
    all = List.copyOf(all);
  }

  @SuppressWarnings("unchecked")
  static <V> Slots<V> none() {
    return (Slots<V>) NONE;
  }

  static <V> Slots<V> of(Dot dot, V content) {
    return new Slots<>(List.of(new Slot<>(dot, content)));
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  Dots dots() {
    return isEmpty() ? Dots.NONE : new Dots(all.stream().map(Slot::dot).toList());
  }

  Dots dotsOf(Node node) {
    return new Dots(all.stream().map(Slot::dot).filter(dot -> dot.node().equals(node)).toList());
  }

  /** What a node contributed. */
  V sumOf(Node node, V nothing, BinaryOperator<V> plus) {
    return all.stream()
        .filter(slot -> slot.dot().node().equals(node))
        .map(Slot::content)
        .reduce(nothing, plus);
  }

  Slots<V> plus(Dot dot, V content) {
    var more = new ArrayList<>(all);
    more.add(new Slot<>(dot, content));
    return sorted(more);
  }

  Slots<V> withoutThoseOf(Node node) {
    return new Slots<>(all.stream().filter(slot -> !slot.dot().node().equals(node)).toList());
  }

  /** What both have, and what one has and the other does not know. */
  Slots<V> join(Context ours, Slots<V> that, Context theirs) {
    if (all.equals(that.all)) {
      return this;
    }
    var kept = new ArrayList<Slot<V>>(all.size() + that.all.size());
    for (var slot : all) {
      if (that.has(slot.dot()) || !theirs.contains(slot.dot())) {
        kept.add(slot);
      }
    }
    for (var slot : that.all) {
      if (!has(slot.dot()) && !ours.contains(slot.dot())) {
        kept.add(slot);
      }
    }
    return sorted(kept);
  }

  private boolean has(Dot dot) {
    for (var slot : all) {
      if (slot.dot().equals(dot)) {
        return true;
      }
    }
    return false;
  }

  private static <V> Slots<V> sorted(List<Slot<V>> slots) {
    slots.sort(Comparator.comparing(Slot::dot));
    return slots.isEmpty() ? none() : new Slots<>(slots);
  }
}
