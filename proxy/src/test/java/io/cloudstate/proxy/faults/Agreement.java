package io.cloudstate.proxy.faults;

import io.cloudstate.proxy.faults.Operation.Outcome.Shown;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;

/** How long it took until all nodes showed what was known of a replicated set by then. Pure. */
final class Agreement {

  private Agreement() {}

  /**
   * From a point in time until each node has shown all texts that had been acknowledged or shown
   * before it, and that were not lost.
   *
   * @param operations all that was asked of the set
   * @param lastReads a read of each node, when all was well again
   */
  static Duration after(long fromNanos, List<Operation> operations, List<Operation> lastReads) {
    var known = new HashSet<String>();
    operations.stream()
        .filter(operation -> operation.endedNanos() - fromNanos <= 0)
        .forEach(operation -> known.addAll(operation.told()));
    lastReads.forEach(read -> known.retainAll(read.told()));
    var latest = fromNanos;
    for (var last : lastReads) {
      var node = last.asked().node();
      var agreed =
          operations.stream()
              .filter(operation -> operation.asked().node() == node)
              .filter(operation -> operation.outcome() instanceof Shown)
              .filter(read -> read.endedNanos() - fromNanos > 0)
              .filter(read -> read.told().containsAll(known))
              .min(Comparator.comparingLong(Operation::endedNanos))
              .orElse(last);
      latest = Math.max(latest, agreed.endedNanos());
    }
    return Duration.ofNanos(latest - fromNanos);
  }
}
