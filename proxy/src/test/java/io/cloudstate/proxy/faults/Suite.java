package io.cloudstate.proxy.faults;

import io.cloudstate.proxy.faults.Callers.Entity;
import io.cloudstate.proxy.faults.Callers.Kind;
import io.cloudstate.proxy.faults.HistoryCheck.Wrong;
import io.cloudstate.proxy.faults.Result.Counts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.awaitility.core.ConditionTimeoutException;

/** Lets faults happen to a world, one at a time, each with callers and entities of its own. */
final class Suite {

  private static final int MOST_FINDINGS_OF_AN_ENTITY = 5;

  private final World world;
  private int phases;

  Suite(World world) {
    this.world = world;
  }

  /** When a fault began, when it was over and all nodes ready, and when all was well again. */
  record Course(long fromNanos, long overNanos, long toNanos) {}

  /**
   * Lets a fault happen under load, waits until all is well again, and judges the history.
   *
   * @throws ConditionTimeoutException if the world is not well before it
   */
  Result run(Fault fault) throws InterruptedException {
    var obstacle = fault.obstacle(world);
    if (obstacle.isPresent()) {
      return new Result.Skipped(fault, obstacle.get());
    }
    world.awaitAllReady();
    phases++;
    var wrongsBefore = world.wrongsSeenByFunctions().size();
    var lostBefore = world.lostLives();
    var callers = Callers.start(world, fault.name() + "-" + phases);
    callers.awaitAllWell(world.pace().calm());
    var wrongs = new ArrayList<String>();
    var course = happen(fault, callers, wrongs);
    world.goOnFor(world.pace().calm());
    var histories = callers.stop();
    var lost = new HashSet<>(world.lostLives());
    lost.removeAll(lostBefore);
    var judge = new SetJudge(world, only(histories, Kind::isSet), lost);
    var sets = judge.judge(course);
    wrongs.addAll(judge.wrongs());
    wrongs.addAll(
        world.wrongsSeenByFunctions().stream()
            .skip(wrongsBefore)
            .map(each -> "function: " + each)
            .toList());
    var lists = only(histories, kind -> !kind.isSet());
    var findings = findings(lists);
    var isStalePermitted = fault.mayReadStale();
    findings.stream()
        .filter(finding -> !isStalePermitted || finding.wrong() != Wrong.STALE)
        .forEach(finding -> wrongs.add(finding.toString()));
    var all = lists.values().stream().flatMap(List::stream).toList();
    return new Result.Tried(
        fault,
        Duration.ofNanos(course.toNanos() - course.fromNanos()),
        Counts.of(all),
        callers.failures(),
        Refusals.of(lists.values(), course.fromNanos(), course.toNanos()),
        longest(all),
        (int) findings.stream().filter(finding -> finding.wrong() == Wrong.STALE).count(),
        sets,
        wrongs);
  }

  private Course happen(Fault fault, Callers callers, List<String> wrongs) {
    var from = System.nanoTime();
    var over = from;
    try {
      fault.happen(world);
      world.awaitAllReady();
      over = System.nanoTime();
      callers.awaitAllWell(world.pace().calm());
    } catch (Exception | AssertionError e) { // whatever it is, the others are to be tried too
      wrongs.add("does not get well: " + e);
      world.mend();
    }
    return new Course(from, over, System.nanoTime());
  }

  private List<Finding<Wrong>> findings(Map<Entity, List<Operation>> histories) {
    var findings = new ArrayList<Finding<Wrong>>();
    histories.forEach(
        (entity, operations) ->
            HistoryCheck.check(entity.id(), operations, Journal.read(world.database(), entity))
                .stream()
                .limit(MOST_FINDINGS_OF_AN_ENTITY)
                .forEach(findings::add));
    return findings;
  }

  private static Map<Entity, List<Operation>> only(
      Map<Entity, List<Operation>> histories, Predicate<Kind> kind) {
    var chosen = new LinkedHashMap<Entity, List<Operation>>();
    histories.forEach(
        (entity, operations) -> {
          if (kind.test(entity.kind())) {
            chosen.put(entity, operations);
          }
        });
    return chosen;
  }

  private static Duration longest(List<Operation> operations) {
    return Duration.ofNanos(
        operations.stream()
            .mapToLong(operation -> operation.endedNanos() - operation.invokedNanos())
            .max()
            .orElse(0));
  }
}
