package io.cloudstate.proxy.faults;

import com.google.errorprone.annotations.FormatMethod;
import io.cloudstate.proxy.faults.Operation.Outcome.Appended;
import io.cloudstate.proxy.faults.Operation.Outcome.Refused;
import io.cloudstate.proxy.faults.Operation.Outcome.Seen;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * Holds what callers were told about one entity against what is stored of it. The entity is a list
 * to which texts are appended; as each text is unique, its place in the store is its place in the
 * only possible order, and the history is linearizable if no reply contradicts it. Pure.
 */
final class HistoryCheck {

  /** What can be wrong. */
  enum Wrong {
    /** Acknowledged, and not stored. */
    LOST,
    /** Stored twice. */
    DOUBLED,
    /** Stored at another place than its caller was told. */
    MOVED,
    /** Stored, though its caller was told that it was not executed. */
    EXECUTED_THOUGH_REFUSED,
    /** Stored, and nobody has sent it. */
    NEVER_SENT,
    /** The store's numbers are not 1, 2, 3 and so on. */
    GAP,
    /** Stored before a text that was acknowledged before it was sent. */
    REORDERED,
    /** A reply without something that was acknowledged before its command was sent. */
    STALE,
    /** A reply with something that was sent after it, or that is not stored. */
    FUTURE,
    /** A list of other texts than those that are stored. */
    OTHER_TEXTS
  }

  private final String entity;
  private final List<Operation> operations;
  private final List<Stored> journal;
  private final Map<String, Integer> places = new HashMap<>();
  private final List<Finding<Wrong>> findings = new ArrayList<>();

  private HistoryCheck(String entity, List<Operation> operations, List<Stored> journal) {
    this.entity = entity;
    this.operations = operations;
    this.journal = journal;
  }

  /**
   * What is wrong with the history of an entity.
   *
   * @param operations all that was asked of it, in any order
   * @param journal all that is stored of it, in the store's order
   */
  static List<Finding<Wrong>> check(
      String entity, List<Operation> operations, List<Stored> journal) {
    var check = new HistoryCheck(entity, operations, journal);
    check.journal();
    check.origin();
    operations.forEach(check::outcome);
    check.realTime();
    check.lists();
    return List.copyOf(check.findings);
  }

  private void journal() {
    for (var i = 0; i < journal.size(); i++) {
      var stored = journal.get(i);
      if (stored.sequence() != i + 1) {
        found(
            Wrong.GAP, "[%s] is number %d (expected: %d)", stored.text(), stored.sequence(), i + 1);
      }
      var before = places.putIfAbsent(stored.text(), i + 1);
      if (before != null) {
        found(Wrong.DOUBLED, "[%s] is stored as %d and %d", stored.text(), before, i + 1);
      }
    }
  }

  private void origin() {
    var sent = new HashSet<String>();
    operations.forEach(operation -> sent.add(operation.text()));
    for (var stored : journal) {
      if (!sent.contains(stored.text())) {
        found(Wrong.NEVER_SENT, "[%s] is number %d", stored.text(), stored.sequence());
      }
    }
  }

  private void outcome(Operation operation) {
    var place = places.get(operation.text());
    if (operation.outcome() instanceof Appended told) {
      if (place == null) {
        found(Wrong.LOST, "[%s], acknowledged as %d", operation.text(), told.place());
      } else if (place != told.place()) {
        found(Wrong.MOVED, "[%s] is %d, acknowledged as %d", operation.text(), place, told.place());
      }
    } else if (operation.outcome() instanceof Refused told && place != null) {
      found(
          Wrong.EXECUTED_THOUGH_REFUSED,
          "[%s] is %d, its caller was told %s",
          operation.text(),
          place,
          told.status());
    }
  }

  /** Sweeps over time: what was known when a command was sent has to show in what came of it. */
  private void realTime() {
    var ended =
        operations.stream()
            .filter(Operation::isAcknowledged)
            .sorted(Comparator.comparingLong(Operation::endedNanos))
            .toList();
    var sent =
        operations.stream().sorted(Comparator.comparingLong(Operation::invokedNanos)).toList();
    var next = 0;
    var acknowledged = 0; // the highest place that a caller was told for its text
    var seen = 0; // the longest list that a caller was shown
    for (var operation : sent) {
      while (next < ended.size() && ended.get(next).endedNanos() < operation.invokedNanos()) {
        var before = ended.get(next++).outcome();
        if (before instanceof Appended told) {
          acknowledged = Math.max(acknowledged, told.place());
        } else if (before instanceof Seen told) {
          seen = Math.max(seen, told.size());
        }
      }
      inOrder(operation, acknowledged, seen);
    }
  }

  private void inOrder(Operation operation, int acknowledged, int seen) {
    if (operation.outcome() instanceof Seen told) {
      var known = Math.max(acknowledged, seen);
      if (told.size() < known) {
        found(Wrong.STALE, "a list of %d, when %d were known to be there", told.size(), known);
      }
      return;
    }
    var place = places.get(operation.text());
    if (place != null && place <= acknowledged) {
      found(
          Wrong.REORDERED,
          "[%s] is %d, and was sent after %d had been acknowledged",
          operation.text(),
          place,
          acknowledged);
    } else if (place != null && place <= seen) {
      found(
          Wrong.FUTURE,
          "[%s] is %d, and was sent after a list of %d had been shown",
          operation.text(),
          place,
          seen);
    }
  }

  private void lists() {
    var digests = new int[journal.size() + 1];
    digests[0] = Operation.digest(List.of());
    for (var i = 0; i < journal.size(); i++) {
      digests[i + 1] = 31 * digests[i] + journal.get(i).text().hashCode(); // as List.hashCode
    }
    for (var operation : operations) {
      if (operation.outcome() instanceof Seen told) {
        if (told.size() > journal.size()) {
          found(Wrong.FUTURE, "a list of %d, of which %d are stored", told.size(), journal.size());
        } else if (told.digest() != digests[told.size()]) {
          found(Wrong.OTHER_TEXTS, "a list of %d differs from what is stored", told.size());
        }
      }
    }
  }

  @FormatMethod
  private void found(Wrong wrong, String format, Object... facts) {
    findings.add(new Finding<>(wrong, entity + ": " + format.formatted(facts)));
  }
}
