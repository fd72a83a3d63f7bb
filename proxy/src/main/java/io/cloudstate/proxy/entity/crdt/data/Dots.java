package io.cloudstate.proxy.entity.crdt.data;

import io.cloudstate.proxy.storage.replicator.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A few dots, one per node as a rule: something is there as long as one of them is. Sorted. */
record Dots(List<Dot> all) {

  static final Dots NONE = new Dots(List.of());

  Dots {
    all = List.copyOf(all);
  }

  static Dots of(Dot dot) {
    return new Dots(List.of(dot));
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  boolean hasOneOf(Node node) {
    for (var dot : all) {
      if (dot.node().equals(node)) {
        return true;
      }
    }
    return false;
  }

  Dots plus(Dot dot) {
    var sorted = new Dot[all.size() + 1];
    all.toArray(sorted);
    sorted[all.size()] = dot;
    Arrays.sort(sorted);
    return new Dots(Arrays.asList(sorted));
  }

  Dots withoutThoseOf(Node node) {
    return hasOneOf(node)
        ? new Dots(all.stream().filter(dot -> !dot.node().equals(node)).toList())
        : this;
  }

  /** What both have, and what one has and the other does not know; this object if it is that. */
  Dots join(Context ours, Dots that, Context theirs) {
    if (all.equals(that.all)) {
      return this;
    }
    var kept = new ArrayList<Dot>(all.size() + that.all.size());
    for (var dot : all) {
      if (that.all.contains(dot) || !theirs.contains(dot)) {
        kept.add(dot);
      }
    }
    for (var dot : that.all) {
      if (!all.contains(dot) && !ours.contains(dot)) {
        kept.add(dot);
      }
    }
    kept.sort(null);
    if (kept.equals(all)) {
      return this;
    }
    return kept.isEmpty() ? NONE : new Dots(kept);
  }

  /** With the dots of a removed node replaced by one of its heir's. */
  Dots prune(Pruning pruning) {
    return hasOneOf(pruning.removed())
        ? withoutThoseOf(pruning.removed()).plus(pruning.mint())
        : this;
  }
}
