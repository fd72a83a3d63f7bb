package io.cloudstate.operator.reconcile;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * Which keys are due when. A key is in it at most once, at the earliest of the times for which it
 * was added; one that is being worked on comes up again only after that is done. So it holds no
 * more than there are keys. Plain bookkeeping without a clock; not thread-safe.
 */
final class Agenda<K> {

  private record Entry<K>(long due, long order, K key) {}

  private final Map<K, Entry<K>> waiting = new HashMap<>();
  private final TreeSet<Entry<K>> inOrder =
      new TreeSet<>(Comparator.<Entry<K>>comparingLong(Entry::due).thenComparingLong(Entry::order));
  private final Map<K, Optional<Long>> running = new HashMap<>();
  private long order;

  void add(K key, long due) {
    var again = running.get(key);
    if (again != null) {
      running.put(key, Optional.of(Math.min(due, again.orElse(Long.MAX_VALUE))));
      return;
    }
    var before = waiting.get(key);
    if (before != null && before.due() <= due) {
      return;
    }
    if (before != null) {
      inOrder.remove(before);
    }
    var entry = new Entry<>(due, order++, key);
    waiting.put(key, entry);
    inOrder.add(entry);
  }

  /** The key that has been due longest, which is being worked on until it is done. */
  Optional<K> poll(long now) {
    if (inOrder.isEmpty() || inOrder.first().due() > now) {
      return Optional.empty();
    }
    var key = inOrder.pollFirst().key();
    waiting.remove(key);
    running.put(key, Optional.empty());
    return Optional.of(key);
  }

  void done(K key) {
    running.remove(key).ifPresent(due -> add(key, due));
  }

  /** When the next one is due. */
  OptionalLong next() {
    return inOrder.isEmpty() ? OptionalLong.empty() : OptionalLong.of(inOrder.first().due());
  }

  int due(long now) {
    int due = 0;
    for (var entry : inOrder) {
      if (entry.due() > now) {
        break;
      }
      due++;
    }
    return due;
  }
}
