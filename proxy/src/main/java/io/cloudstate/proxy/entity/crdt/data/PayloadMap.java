package io.cloudstate.proxy.entity.crdt.data;

import io.cloudstate.proxy.call.Payload;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An immutable map with payloads as keys. A changed copy shares all but a few nodes with the map it
 * was made from, so that changing and comparing large maps costs as much as the change. Maps with
 * equal content have one shape, hence one order of iteration, on all nodes.
 */
final class PayloadMap<V> {

  private static final int BITS = 5;
  private static final int MASK = (1 << BITS) - 1;
  private static final Comparator<Payload> ORDER =
      Comparator.comparing(Payload::typeUrl)
          .thenComparing(
              Payload::value, com.google.protobuf.ByteString.unsignedLexicographicalComparator());
  private static final PayloadMap<?> EMPTY = new PayloadMap<>(null, 0);

  /** What differs between two maps. */
  interface Changes<V> {
    void added(Payload key, V value);

    void removed(Payload key, V value);

    /** Told of keys that are in both maps unless their values are one object. */
    void changed(Payload key, V before, V after);
  }

  /** A part of the trie; all its keys agree in the lower bits of their hashes. */
  private sealed interface Part<V> {}

  private record Leaf<V>(int hash, Payload key, V value) implements Part<V> {}

  /** Leaves with one hash, in the order of their keys; at least two. */
  private static final class Collision<V> implements Part<V> {
    private final int hash;
    private final Leaf<V>[] leaves;

    private Collision(int hash, Leaf<V>[] leaves) {
      this.hash = hash;
      this.leaves = leaves;
    }
  }

  /** Has at least two leaves below it, unless it is the root. */
  private static final class Branch<V> implements Part<V> {
    private final int bitmap;
    private final Part<V>[] parts;

    private Branch(int bitmap, Part<V>[] parts) {
      this.bitmap = bitmap;
      this.parts = parts;
    }
  }

  private final @Nullable Part<V> root;
  private final int size;

  private PayloadMap(@Nullable Part<V> root, int size) {
    this.root = root;
    this.size = size;
  }

  @SuppressWarnings("unchecked")
  static <V> PayloadMap<V> empty() {
    return (PayloadMap<V>) EMPTY;
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  @Nullable V get(Payload key) {
    var hash = hash(key);
    var part = root;
    var shift = 0;
    while (part instanceof Branch<V> branch) {
      var bit = bit(hash, shift);
      if ((branch.bitmap & bit) == 0) {
        return null;
      }
      part = branch.parts[index(branch.bitmap, bit)];
      shift += BITS;
    }
    var leaf = part == null ? null : leafIn(part, hash, key);
    return leaf == null ? null : leaf.value;
  }

  PayloadMap<V> with(Payload key, V value) {
    var leaf = new Leaf<>(hash(key), key, value);
    var isNew = get(key) == null;
    return new PayloadMap<>(root == null ? leaf : put(root, 0, leaf), isNew ? size + 1 : size);
  }

  PayloadMap<V> without(Payload key) {
    if (root == null || get(key) == null) {
      return this;
    }
    return size == 1 ? empty() : new PayloadMap<>(remove(root, 0, hash(key), key), size - 1);
  }

  void forEach(BiConsumer<Payload, V> reader) {
    if (root != null) {
      forEach(root, reader);
    }
  }

  /**
   * Compares with an earlier map.
   *
   * @param all whether parts that both maps share are looked at too, as changed from a value to
   *     itself
   */
  void changesFrom(PayloadMap<V> before, boolean all, Changes<V> changes) {
    compare(before.root, root, 0, all, changes);
  }

  private static <V> void compare(
      @Nullable Part<V> before,
      @Nullable Part<V> after,
      int shift,
      boolean all,
      Changes<V> changes) {
    if (before == after && !all) {
      return;
    }
    if (before instanceof Branch<V> was && after instanceof Branch<V> is) {
      for (var bits = was.bitmap | is.bitmap; bits != 0; bits &= bits - 1) {
        var bit = Integer.lowestOneBit(bits);
        compare(child(was, bit), child(is, bit), shift + BITS, all, changes);
      }
      return;
    }
    if (before != null) {
      PayloadMap.<V>forEach(
          before,
          (key, value) -> {
            var now = after == null ? null : find(after, shift, hash(key), key);
            if (now == null) {
              changes.removed(key, value);
            } else if (all || now.value != value) {
              changes.changed(key, value, now.value);
            }
          });
    }
    if (after != null) {
      PayloadMap.<V>forEach(
          after,
          (key, value) -> {
            if (before == null || find(before, shift, hash(key), key) == null) {
              changes.added(key, value);
            }
          });
    }
  }

  private static <V> @Nullable Part<V> child(Branch<V> branch, int bit) {
    return (branch.bitmap & bit) == 0 ? null : branch.parts[index(branch.bitmap, bit)];
  }

  private static <V> @Nullable Leaf<V> find(Part<V> start, int depth, int hash, Payload key) {
    @Nullable Part<V> part = start;
    var shift = depth;
    while (part instanceof Branch<V> branch) {
      part = child(branch, bit(hash, shift));
      shift += BITS;
    }
    return part == null ? null : leafIn(part, hash, key);
  }

  private static <V> @Nullable Leaf<V> leafIn(Part<V> part, int hash, Payload key) {
    if (part instanceof Leaf<V> leaf) {
      return leaf.hash == hash && leaf.key.equals(key) ? leaf : null;
    }
    if (part instanceof Collision<V> collision && collision.hash == hash) {
      for (var leaf : collision.leaves) {
        if (leaf.key.equals(key)) {
          return leaf;
        }
      }
    }
    return null;
  }

  private static <V> Part<V> put(Part<V> part, int shift, Leaf<V> leaf) {
    if (part instanceof Branch<V> branch) {
      var bit = bit(leaf.hash, shift);
      var at = index(branch.bitmap, bit);
      if ((branch.bitmap & bit) == 0) {
        return new Branch<>(branch.bitmap | bit, inserted(branch.parts, at, leaf));
      }
      var parts = branch.parts.clone();
      parts[at] = put(parts[at], shift + BITS, leaf);
      return new Branch<>(branch.bitmap, parts);
    }
    var hash = part instanceof Leaf<V> other ? other.hash : ((Collision<V>) part).hash;
    return hash == leaf.hash
        ? collide(part, leaf)
        : put(new Branch<>(bit(hash, shift), parts(part)), shift, leaf);
  }

  private static <V> Part<V> collide(Part<V> part, Leaf<V> leaf) {
    if (part instanceof Leaf<V> other) {
      return other.key.equals(leaf.key)
          ? leaf
          : new Collision<>(leaf.hash, sorted(leaves(other, leaf)));
    }
    var leaves = ((Collision<V>) part).leaves;
    for (var i = 0; i < leaves.length; i++) {
      if (leaves[i].key.equals(leaf.key)) {
        var changed = leaves.clone();
        changed[i] = leaf;
        return new Collision<>(leaf.hash, changed);
      }
    }
    var longer = Arrays.copyOf(leaves, leaves.length + 1);
    longer[leaves.length] = leaf;
    return new Collision<>(leaf.hash, sorted(longer));
  }

  /** The key is there, and something else too. */
  private static <V> Part<V> remove(Part<V> part, int shift, int hash, Payload key) {
    if (part instanceof Branch<V> branch) {
      var bit = bit(hash, shift);
      var at = index(branch.bitmap, bit);
      var child = branch.parts[at];
      if (child instanceof Leaf<V>) {
        var rest = removed(branch.parts, at);
        return rest.length == 1 && !(rest[0] instanceof Branch<V>)
            ? rest[0]
            : new Branch<>(branch.bitmap & ~bit, rest);
      }
      var smaller = remove(child, shift + BITS, hash, key);
      if (branch.parts.length == 1 && !(smaller instanceof Branch<V>)) {
        return smaller;
      }
      var parts = branch.parts.clone();
      parts[at] = smaller;
      return new Branch<>(branch.bitmap, parts);
    }
    var leaves = ((Collision<V>) part).leaves;
    var rest = new Leaf<?>[leaves.length - 1];
    var size = 0;
    for (var leaf : leaves) {
      if (!leaf.key.equals(key)) {
        rest[size] = leaf;
        size++;
      }
    }
    @SuppressWarnings("unchecked")
    var others = (Leaf<V>[]) rest;
    return others.length == 1 ? others[0] : new Collision<>(hash, others);
  }

  private static <V> void forEach(Part<V> part, BiConsumer<Payload, V> reader) {
    if (part instanceof Leaf<V> leaf) {
      reader.accept(leaf.key, leaf.value);
    } else if (part instanceof Branch<V> branch) {
      for (var child : branch.parts) {
        forEach(child, reader);
      }
    } else if (part instanceof Collision<V> collision) {
      for (var leaf : collision.leaves) {
        reader.accept(leaf.key, leaf.value);
      }
    }
  }

  private static int hash(Payload key) {
    var hash = key.hashCode() * 0x9E3779B9;
    return hash ^ (hash >>> 15);
  }

  private static int bit(int hash, int shift) {
    return 1 << ((hash >>> shift) & MASK);
  }

  private static int index(int bitmap, int bit) {
    return Integer.bitCount(bitmap & (bit - 1));
  }

  private static <V> Leaf<V>[] sorted(Leaf<V>[] leaves) {
    Arrays.sort(leaves, Comparator.comparing(Leaf::key, ORDER));
    return leaves;
  }

  @SafeVarargs
  @SuppressWarnings("varargs")
  private static <V> Leaf<V>[] leaves(Leaf<V>... leaves) {
    return leaves;
  }

  @SuppressWarnings("unchecked")
  private static <V> Part<V>[] parts(Part<V> part) {
    return (Part<V>[]) new Part<?>[] {part};
  }

  @SuppressWarnings("unchecked")
  private static <V> Part<V>[] inserted(Part<V>[] parts, int at, Part<V> part) {
    var longer = (Part<V>[]) new Part<?>[parts.length + 1];
    System.arraycopy(parts, 0, longer, 0, at);
    longer[at] = part;
    System.arraycopy(parts, at, longer, at + 1, parts.length - at);
    return longer;
  }

  @SuppressWarnings("unchecked")
  private static <V> Part<V>[] removed(Part<V>[] parts, int at) {
    var shorter = (Part<V>[]) new Part<?>[parts.length - 1];
    System.arraycopy(parts, 0, shorter, 0, at);
    System.arraycopy(parts, at + 1, shorter, at, parts.length - at - 1);
    return shorter;
  }
}
