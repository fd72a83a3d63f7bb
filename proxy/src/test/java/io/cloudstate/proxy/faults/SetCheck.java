package io.cloudstate.proxy.faults;

import com.google.errorprone.annotations.FormatMethod;
import io.cloudstate.proxy.faults.Asked.Life;
import io.cloudstate.proxy.faults.Operation.Outcome.Added;
import io.cloudstate.proxy.faults.Operation.Outcome.Kept;
import io.cloudstate.proxy.faults.Operation.Outcome.Refused;
import io.cloudstate.proxy.faults.Operation.Outcome.Shown;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Holds what callers were told about one replicated set against what the nodes show of it in the
 * end. Every text is added once, and none is ever removed. Pure.
 */
final class SetCheck {

  /** What can be wrong. */
  enum Wrong {
    /** Acknowledged, and not there, though nodes that had to have it went on. */
    LOST,
    /** There, though its caller was told that it was not executed. */
    ADDED_THOUGH_REFUSED,
    /** There, and nobody has sent it. */
    NEVER_SENT,
    /** Shown before it was sent. */
    FUTURE,
    /** Not shown by a node that had shown or acknowledged it in the same life. */
    FORGOTTEN,
    /** Nodes show different texts in the end. */
    DIFFERENT
  }

  /**
   * What came of it.
   *
   * @param lostWithNode texts that are gone, as they may: so are the nodes that they had reached
   */
  record Verdict(List<Finding<Wrong>> findings, int lostWithNode) {
    Verdict {
      findings = List.copyOf(findings);
    }
  }

  private record Reading(Operation operation, Set<String> texts) {}

  private final String entity;
  private final List<Operation> operations;
  private final List<Reading> readings;
  private final Set<String> shown = new HashSet<>();
  private final Map<Integer, Set<String>> values = new TreeMap<>(); // in the end, by node
  private final boolean isAtMajority;
  private final Set<Life> lost;
  private final List<Finding<Wrong>> findings = new ArrayList<>();
  private int lostWithNode;

  private SetCheck(
      String entity,
      List<Operation> operations,
      List<Operation> lastReads,
      boolean isAtMajority,
      Set<Life> lost) {
    this.entity = entity;
    this.operations = Stream.concat(operations.stream(), lastReads.stream()).toList();
    this.readings = readings(this.operations);
    this.isAtMajority = isAtMajority;
    this.lost = lost;
    readings.forEach(reading -> shown.addAll(reading.texts()));
    readings(lastReads).forEach(last -> values.put(last.operation().asked().node(), last.texts()));
  }

  private static List<Reading> readings(List<Operation> operations) {
    var readings = new ArrayList<Reading>();
    for (var operation : operations) {
      if (operation.outcome() instanceof Shown shown) {
        readings.add(new Reading(operation, shown.texts()));
      }
    }
    return readings;
  }

  /**
   * What is wrong with the history of a set.
   *
   * @param operations all that was asked of it, in any order
   * @param lastReads a read of each node, when all was well again
   * @param isAtMajority whether what was acknowledged had reached a majority of the nodes, or else
   *     one of them
   * @param lost lives that ended meanwhile, and not in order; when they are of several nodes, all
   *     may be lost
   */
  static Verdict check(
      String entity,
      List<Operation> operations,
      List<Operation> lastReads,
      boolean isAtMajority,
      Set<Life> lost) {
    var check = new SetCheck(entity, operations, lastReads, isAtMajority, lost);
    check.values();
    check.origin();
    operations.forEach(check::outcome);
    check.lives();
    return new Verdict(check.findings, check.lostWithNode);
  }

  private void values() {
    var all = new TreeSet<String>();
    values.values().forEach(all::addAll);
    values.forEach(
        (node, texts) -> {
          if (texts.size() < all.size()) {
            var missing = all.stream().filter(text -> !texts.contains(text)).toList();
            found(
                Wrong.DIFFERENT,
                "node %d shows %d texts of %d, not [%s] for one",
                node,
                texts.size(),
                all.size(),
                missing.get(0));
          }
        });
  }

  private void origin() {
    var sent = new HashMap<String, Long>();
    operations.stream()
        .filter(operation -> !operation.isRead())
        .forEach(operation -> sent.put(operation.text(), operation.invokedNanos()));
    var told = new HashSet<String>();
    for (var reading : readings) {
      for (var text : reading.texts()) {
        var sentAt = sent.get(text);
        if (sentAt == null && told.add(text)) {
          found(Wrong.NEVER_SENT, "[%s] is shown by %s", text, reading.operation().asked());
        } else if (sentAt != null
            && sentAt - reading.operation().endedNanos() > 0
            && told.add(text)) {
          found(Wrong.FUTURE, "[%s] was shown before it was sent", text);
        }
      }
    }
  }

  private void outcome(Operation operation) {
    var outcome = operation.outcome();
    if (outcome instanceof Added) {
      present(operation, isAtMajority);
    } else if (outcome instanceof Kept) {
      present(operation, false);
    } else if (outcome instanceof Refused told && shown.contains(operation.text())) {
      found(
          Wrong.ADDED_THOUGH_REFUSED,
          "[%s] is there, its caller was told %s",
          operation.text(),
          told.status());
    }
  }

  /** That nodes show different texts is told already. */
  private void present(Operation operation, boolean isOnSeveralNodes) {
    var isThere = values.values().stream().anyMatch(texts -> texts.contains(operation.text()));
    if (isThere) {
      return;
    }
    var mayBeLost =
        lost.stream().map(Life::node).distinct().count() > 1
            || (!isOnSeveralNodes && operation.asked().lives().stream().anyMatch(lost::contains));
    if (mayBeLost) {
      lostWithNode++;
    } else {
      found(
          Wrong.LOST,
          "[%s], which %s had told to be there, as %s",
          operation.text(),
          operation.asked(),
          operation.outcome());
    }
  }

  /** What was answered while a node was started again belongs to no life in particular. */
  private void lives() {
    var byLife = new HashMap<Life, List<Operation>>();
    for (var operation : operations) {
      var lives = operation.asked().lives();
      if (lives.size() == 1) {
        byLife.computeIfAbsent(lives.get(0), life -> new ArrayList<>()).add(operation);
      }
    }
    byLife.forEach(this::life);
  }

  /** Sweeps over time: what a node had told when it was asked has to show in what it shows. */
  private void life(Life life, List<Operation> ofLife) {
    var ended = ofLife.stream().sorted(Comparator.comparingLong(Operation::endedNanos)).toList();
    var asked = ofLife.stream().sorted(Comparator.comparingLong(Operation::invokedNanos)).toList();
    var next = 0;
    var known = new HashSet<String>();
    for (var operation : asked) {
      while (next < ended.size() && ended.get(next).endedNanos() < operation.invokedNanos()) {
        known.addAll(ended.get(next++).told());
      }
      if (operation.outcome() instanceof Shown shown && !shown.texts().containsAll(known)) {
        var missing =
            known.stream().filter(text -> !shown.texts().contains(text)).sorted().toList();
        found(
            Wrong.FORGOTTEN,
            "%s shows %d texts without %d that it had told of, [%s] for one",
            life,
            shown.texts().size(),
            missing.size(),
            missing.get(0));
      }
    }
  }

  @FormatMethod
  private void found(Wrong wrong, String format, Object... facts) {
    findings.add(new Finding<>(wrong, entity + ": " + format.formatted(facts)));
  }
}
