package io.cloudstate.proxy.faults;

import java.time.Duration;
import java.util.Collection;
import java.util.List;

/**
 * How long commands were refused: the longest time in which none was acknowledged.
 *
 * @param ofAll by any entity
 * @param ofOne by the entity that was away for longest
 */
record Refusals(Duration ofAll, Duration ofOne) {

  /**
   * Of these histories, between two points in time.
   *
   * @param histories the operations of each entity
   */
  static Refusals of(Collection<List<Operation>> histories, long fromNanos, long toNanos) {
    var all = histories.stream().flatMap(List::stream).toList();
    var ofOne =
        histories.stream()
            .map(each -> longest(each, fromNanos, toNanos))
            .reduce(Duration.ZERO, (one, other) -> one.compareTo(other) > 0 ? one : other);
    return new Refusals(longest(all, fromNanos, toNanos), ofOne);
  }

  private static Duration longest(List<Operation> operations, long fromNanos, long toNanos) {
    var ends =
        operations.stream()
            .filter(Operation::isAcknowledged)
            .mapToLong(Operation::endedNanos)
            .filter(ended -> ended > fromNanos && ended < toNanos)
            .sorted()
            .toArray();
    var last = fromNanos;
    var longest = 0L;
    for (var ended : ends) {
      longest = Math.max(longest, ended - last);
      last = ended;
    }
    return Duration.ofNanos(Math.max(longest, toNanos - last));
  }
}
