package io.cloudstate.proxy.entity.crdt.data;

import io.cloudstate.proxy.storage.replicator.Node;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BinaryOperator;

/** What nodes contributed, each contribution with its dot: one per node as a rule. Sorted. */
record Slots<V>(List<Slot<V>> all) {

  record Slot<V>(Dot dot, V content) {

    boolean isOf(Node node) {
      return dot.node().equals(node);
    }
  }

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
    return dots(all);
  }

  Dots dotsOf(Node node) {
    return dots(ofNode(node, true));
  }

  private static <V> Dots dots(List<Slot<V>> slots) {
    var dots = new Dot[slots.size()];
    for (var i = 0; i < dots.length; i++) {
      dots[i] = slots.get(i).dot();
    }
    return dots.length == 0 ? Dots.NONE : new Dots(List.of(dots));
  }

  /** What a node contributed. */
  V sumOf(Node node, V nothing, BinaryOperator<V> plus) {
    var sum = nothing;
    for (var slot : all) {
      if (slot.isOf(node)) {
        sum = plus.apply(sum, slot.content());
      }
    }
    return sum;
  }

  Slots<V> plus(Dot dot, V content) {
    return with(new ArrayList<>(all), dot, content);
  }

  /** With a contribution in place of all others of its node. */
  Slots<V> replaced(Dot dot, V content) {
    return with(ofNode(dot.node(), false), dot, content);
  }

  private static <V> Slots<V> with(List<Slot<V>> slots, Dot dot, V content) {
    slots.add(new Slot<>(dot, content));
    return sorted(slots);
  }

  Slots<V> withoutThoseOf(Node node) {
    return new Slots<>(ofNode(node, false));
  }

  /** Those of a node, or those of all others. Called for each change: no streams. */
  private List<Slot<V>> ofNode(Node node, boolean isWanted) {
    var found = new ArrayList<Slot<V>>(all.size());
    for (var slot : all) {
      if (slot.isOf(node) == isWanted) {
        found.add(slot);
      }
    }
    return found;
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
