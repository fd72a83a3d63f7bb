package io.cloudstate.proxy.entity.crdt.data;

import io.cloudstate.proxy.storage.replicator.Node;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * The dots a replica knows of, be they still there or removed since. Kept as ranges per node, which
 * for a whole value are one range each as soon as nothing is under way. Immutable.
 */
final class Context {

  static final Context EMPTY = new Context(Map.of());

  /** Per node first and last of each range, ascending, with gaps between them. */
  private final Map<Node, long[]> ranges;

  private Context(Map<Node, long[]> ranges) {
    this.ranges = ranges;
  }

  /** The ranges as {@link #forEach} gave them. */
  static Context of(Map<Node, long[]> ranges) {
    return new Context(new HashMap<>(ranges));
  }

  static Context range(Node node, long first, long last) {
    return new Context(Map.of(node, new long[] {first, last}));
  }

  boolean contains(Dot dot) {
    var known = ranges.get(dot.node());
    if (known == null) {
      return false;
    }
    var at = Arrays.binarySearch(known, dot.seq());
    // found: an end of a range; else the insertion point is odd inside of one
    return at >= 0 || (-at - 1) % 2 == 1;
  }

  /** The greatest number of a node's dots; 0 if there is none. */
  long last(Node node) {
    var known = ranges.get(node);
    return known == null ? 0 : known[known.length - 1];
  }

  Set<Node> nodes() {
    return Set.copyOf(ranges.keySet());
  }

  Context plus(Context that) {
    if (that.ranges.isEmpty()) {
      return this;
    }
    if (ranges.isEmpty()) {
      return that;
    }
    if (ranges.size() == 1 && ranges.keySet().equals(that.ranges.keySet())) {
      return ofOne(ranges, that.ranges); // as a rule, for each change
    }
    var sum = new HashMap<>(ranges);
    that.ranges.forEach((node, theirs) -> sum.merge(node, theirs, Context::union));
    return new Context(sum);
  }

  private static Context ofOne(Map<Node, long[]> ours, Map<Node, long[]> theirs) {
    var own = ours.entrySet().iterator().next();
    var other = theirs.values().iterator().next();
    return new Context(Map.of(own.getKey(), union(own.getValue(), other)));
  }

  Context without(Node node) {
    var rest = new HashMap<>(ranges);
    rest.remove(node);
    return new Context(rest);
  }

  /** In the order of the nodes. The arrays must not be changed. */
  void forEach(BiConsumer<Node, long[]> reader) {
    new TreeMap<>(ranges).forEach(reader);
  }

  private static long[] union(long[] ours, long[] theirs) {
    if (Arrays.equals(ours, theirs)) {
      return ours;
    }
    var merged = new long[ours.length + theirs.length];
    var size = 0;
    var i = 0;
    var j = 0;
    while (i < ours.length || j < theirs.length) {
      var takeOurs = j >= theirs.length || (i < ours.length && ours[i] <= theirs[j]);
      var from = takeOurs ? ours[i] : theirs[j];
      var to = takeOurs ? ours[i + 1] : theirs[j + 1];
      if (takeOurs) {
        i += 2;
      } else {
        j += 2;
      }
      if (size > 0 && from <= merged[size - 1] + 1) {
        merged[size - 1] = Math.max(merged[size - 1], to);
      } else {
        merged[size] = from;
        merged[size + 1] = to;
        size += 2;
      }
    }
    return size == merged.length ? merged : Arrays.copyOf(merged, size);
  }

  /** Gathers dots. */
  static final class Builder {

    private final Map<Node, Numbers> numbers = new HashMap<>(2);

    void add(Dot dot) {
      numbers.computeIfAbsent(dot.node(), node -> new Numbers()).add(dot.seq());
    }

    void add(Builder that) {
      that.numbers.forEach(
          (node, found) -> numbers.computeIfAbsent(node, own -> new Numbers()).addAll(found));
    }

    void add(Dots dots) {
      dots.all().forEach(this::add);
    }

    Context build() {
      var ranges = new HashMap<Node, long[]>(numbers.size() * 2);
      numbers.forEach((node, found) -> ranges.put(node, found.toRanges()));
      return new Context(ranges);
    }
  }

  private static final class Numbers {

    private long[] found = new long[2];
    private int size;

    void add(long number) {
      if (size == found.length) {
        found = Arrays.copyOf(found, size * 2);
      }
      found[size] = number;
      size++;
    }

    void addAll(Numbers that) {
      for (var i = 0; i < that.size; i++) {
        add(that.found[i]);
      }
    }

    long[] toRanges() {
      Arrays.sort(found, 0, size);
      var ranges = new long[size * 2];
      var length = 0;
      for (var i = 0; i < size; i++) {
        if (length > 0 && found[i] <= ranges[length - 1] + 1) {
          ranges[length - 1] = found[i];
        } else {
          ranges[length] = found[i];
          ranges[length + 1] = found[i];
          length += 2;
        }
      }
      return Arrays.copyOf(ranges, length);
    }
  }
}
