package io.cloudstate.proxy.entity.crdt.data;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What stands under a key, of a map or of the store: one value, unless nodes created it as
 * different types at one time. Then all are kept, the first one is seen, and removing the entry
 * removes them all.
 *
 * @param isWhole whether there is no value of any other type. If not, those that are not named are
 *     unchanged
 */
record Entry(Map<CrdtType, Value> values, boolean isWhole) {

  static final Entry NONE = new Entry(new EnumMap<>(CrdtType.class), true);

  static final Parts.Kind<Entry> KIND =
      new Parts.Kind<>() {
        @Override
        public Entry nothing() {
          return NONE;
        }

        @Override
        public boolean isEmpty(Entry entry) {
          return entry.values.isEmpty();
        }

        @Override
        public Entry join(Join join, Entry one, Entry other) {
          return one.join(join, other);
        }
      };

  static Entry changed(Value change) {
    var values = new EnumMap<CrdtType, Value>(CrdtType.class);
    values.put(change.type(), change);
    return new Entry(values, false);
  }

  @Nullable Value visible() {
    for (var value : values.values()) {
      if (value.isAlive()) {
        return value;
      }
    }
    return null;
  }

  Value valueOf(CrdtType type) {
    var value = values.get(type);
    return value == null ? Value.zero(type) : value;
  }

  boolean hasTypeConflict() {
    if (values.size() > 1) {
      return true;
    }
    return visible() instanceof ORMap map && map.hasTypeConflict();
  }

  Entry with(Value value) {
    var all = copy();
    all.put(value.type(), value);
    return new Entry(all, isWhole);
  }

  Entry join(Join join, Entry that) {
    var joined = new EnumMap<CrdtType, Value>(CrdtType.class);
    values.forEach(
        (type, ours) -> {
          var theirs = that.values.get(type);
          if (theirs != null || that.isWhole) {
            put(join, joined, ours.join(join, theirs == null ? Value.zero(type) : theirs));
          } else {
            joined.put(type, ours);
          }
        });
    that.values.forEach(
        (type, theirs) -> {
          if (!values.containsKey(type)) {
            if (isWhole) {
              put(join, joined, Value.zero(type).join(join, theirs));
            } else {
              joined.put(type, theirs);
            }
          }
        });
    return new Entry(joined, isWhole || that.isWhole);
  }

  private static void put(Join join, Map<CrdtType, Value> values, Value value) {
    if (value.isAlive() || join.isChange()) {
      values.put(value.type(), value);
    }
  }

  void gatherDots(Context.Builder dots) {
    values.values().forEach(value -> value.gatherDots(dots));
  }

  Entry prune(Pruning pruning) {
    var all = copy();
    all.replaceAll((type, value) -> value.prune(pruning));
    return new Entry(all, isWhole);
  }

  private Map<CrdtType, Value> copy() {
    var copy = new EnumMap<CrdtType, Value>(CrdtType.class);
    copy.putAll(values);
    return copy;
  }
}
