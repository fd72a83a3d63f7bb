package io.cloudstate.proxy.eventing.broker;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which events of a partition may be handled next, and up to which all are done with. Events of one
 * key wait for each other, those of different keys don't. Pure bookkeeping; not thread-safe.
 *
 * @param <E> what an event is
 */
final class KeyOrder<E> {

  /** An event at its place in the partition. */
  static final class Item<E> {

    private final long offset;
    private final Object key;
    private final E event;
    private boolean isDone;

    private Item(long offset, Object key, E event) {
      this.offset = offset;
      this.key = key;
      this.event = event;
    }

    long offset() {
      return offset;
    }

    E event() {
      return event;
    }
  }

  private final int maxRunning;
  private final ArrayDeque<Item<E>> items = new ArrayDeque<>(); // from the first that is not done
  private final Map<Object, ArrayDeque<Item<E>>> waiting = new HashMap<>(); // behind one of its key
  private final ArrayDeque<Item<E>> ready = new ArrayDeque<>();
  private int running;
  private long next; // the first offset that is not done

  /**
   * @param from offset up to which all are done with
   * @param maxRunning how many may be handled at a time
   */
  KeyOrder(long from, int maxRunning) {
    this.next = from;
    this.maxRunning = maxRunning;
  }

  /** The next event of the partition; offsets ascend and may have gaps. */
  void add(long offset, Object key, E event) {
    var item = new Item<>(offset, key, event);
    items.add(item);
    var before = waiting.get(key);
    if (before == null) {
      waiting.put(key, new ArrayDeque<>(1));
      ready.add(item);
    } else {
      before.add(item);
    }
  }

  /** An event to handle now; null when there is none, or too many are being handled. */
  @Nullable Item<E> start() {
    var item = running < maxRunning ? ready.poll() : null;
    if (item != null) {
      running++;
    }
    return item;
  }

  /** A started event is done with. */
  void done(Item<E> item) {
    running--;
    item.isDone = true;
    var behind = waiting.get(item.key);
    var following = behind == null ? null : behind.poll();
    if (following == null) {
      waiting.remove(item.key);
    } else {
      ready.add(following);
    }
    for (var head = items.peek(); head != null && head.isDone; head = items.peek()) {
      next = head.offset + 1;
      items.remove();
    }
  }

  /** A started event is not done with and will not be; those of its key wait for ever. */
  void failed() {
    running--;
  }

  /** The first offset that is not done with: all below it are. */
  long next() {
    return next;
  }

  /** How many are kept: those not done with, and those done with out of turn. */
  int size() {
    return items.size();
  }

  int running() {
    return running;
  }
}
