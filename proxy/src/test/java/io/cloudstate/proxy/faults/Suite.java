package io.cloudstate.proxy.faults;

import io.cloudstate.proxy.faults.Callers.Entity;
import io.cloudstate.proxy.faults.HistoryCheck.Finding;
import io.cloudstate.proxy.faults.HistoryCheck.Wrong;
import io.cloudstate.proxy.faults.Result.Counts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.core.ConditionTimeoutException;

/** Lets faults happen to a world, one at a time, each with callers and entities of its own. */
final class Suite {

  private static final int MOST_FINDINGS_OF_AN_ENTITY = 5;

  private final World world;
  private int phases;

  Suite(World world) {
    this.world = world;
  }

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
    var callers = Callers.start(world, fault.name() + "-" + phases);
    callers.awaitAllWell(world.pace().calm());
    var wrongs = new ArrayList<String>();
    var from = System.nanoTime();
    happen(fault, callers, wrongs);
    var to = System.nanoTime();
    world.goOnFor(world.pace().calm());
    var histories = callers.stop();
    wrongs.addAll(
        world.wrongsSeenByFunctions().stream()
            .skip(wrongsBefore)
            .map(each -> "function: " + each)
            .toList());
    var findings = findings(histories);
    var isStalePermitted = fault.mayReadStale();
    findings.stream()
        .filter(finding -> !isStalePermitted || finding.wrong() != Wrong.STALE)
        .forEach(finding -> wrongs.add(finding.toString()));
    var all = histories.values().stream().flatMap(List::stream).toList();
    return new Result.Tried(
        fault,
        Duration.ofNanos(to - from),
        Counts.of(all),
        callers.failures(),
        Refusals.of(histories.values(), from, to),
        longest(all),
        (int) findings.stream().filter(finding -> finding.wrong() == Wrong.STALE).count(),
        wrongs);
  }

  private void happen(Fault fault, Callers callers, List<String> wrongs) {
    try {
      fault.happen(world);
      world.awaitAllReady();
      callers.awaitAllWell(world.pace().calm());
    } catch (Exception | AssertionError e) { // whatever it is, the others are to be tried too
      wrongs.add("does not get well: " + e);
      world.mend();
    }
  }

  private List<Finding> findings(Map<Entity, List<Operation>> histories) {
    var findings = new ArrayList<Finding>();
    histories.forEach(
        (entity, operations) ->
            HistoryCheck.check(entity.id(), operations, Journal.read(world.database(), entity))
                .stream()
                .limit(MOST_FINDINGS_OF_AN_ENTITY)
                .forEach(findings::add));
    return findings;
  }

  private static Duration longest(List<Operation> operations) {
    return Duration.ofNanos(
        operations.stream()
            .mapToLong(operation -> operation.endedNanos() - operation.invokedNanos())
            .max()
            .orElse(0));
  }
}
