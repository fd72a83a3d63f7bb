package io.cloudstate.proxy.faults;

import static org.awaitility.Awaitility.await;

import io.cloudstate.proxy.faults.Asked.Life;
import io.cloudstate.proxy.faults.Callers.Entity;
import io.cloudstate.proxy.faults.Callers.Kind;
import io.cloudstate.proxy.faults.Operation.Outcome.Shown;
import io.cloudstate.proxy.faults.Result.Counts;
import io.cloudstate.proxy.faults.Result.Sets;
import io.cloudstate.proxy.faults.Suite.Course;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.core.ConditionTimeoutException;

/** Reads replicated sets when nobody adds to them any more, and judges what came of them. */
final class SetJudge {

  /** Nodes that miss a change learn of it when they next compare what they hold. */
  private static final Duration AGREE_WITHIN = Duration.ofMinutes(1);

  private static final int MOST_FINDINGS_OF_A_SET = 5;

  private final World world;
  private final Map<Entity, List<Operation>> histories;
  private final Set<Life> lost;
  private final List<String> wrongs = new ArrayList<>();
  private Duration agreedAfter = Duration.ZERO;
  private int lostWithNode;

  /**
   * A judge of the sets with these histories.
   *
   * @param histories all operations of each set; nobody calls it any more
   * @param lost lives of nodes that ended meanwhile, and not in order
   */
  SetJudge(World world, Map<Entity, List<Operation>> histories, Set<Life> lost) {
    this.world = world;
    this.histories = Map.copyOf(histories);
    this.lost = Set.copyOf(lost);
  }

  /** What came of the sets. What is wrong with them is in {@link #wrongs} then. */
  Sets judge(Course course) {
    histories.forEach((set, operations) -> judge(set, operations, course));
    return new Sets(
        Counts.of(histories.values().stream().flatMap(List::stream).toList()),
        noneAdded(Kind.LOCAL_SET, course),
        noneAdded(Kind.MAJORITY_SET, course),
        agreedAfter,
        (int) lost.stream().map(Life::node).distinct().count(),
        lostWithNode);
  }

  List<String> wrongs() {
    return List.copyOf(wrongs);
  }

  private void judge(Entity set, List<Operation> operations, Course course) {
    List<Operation> last;
    try {
      last = lastReads(set);
    } catch (ConditionTimeoutException e) {
      wrongs.add("%s cannot be read: %s".formatted(set.id(), e.getMessage()));
      return;
    }
    var isAtMajority = set.kind() == Kind.MAJORITY_SET;
    var verdict = SetCheck.check(set.id(), operations, last, isAtMajority, lost);
    verdict.findings().stream()
        .limit(MOST_FINDINGS_OF_A_SET)
        .forEach(finding -> wrongs.add(finding.toString()));
    lostWithNode += verdict.lostWithNode();
    var agreed = Agreement.after(course.overNanos(), operations, last);
    agreedAfter = agreed.compareTo(agreedAfter) > 0 ? agreed : agreedAfter;
  }

  private Duration noneAdded(Kind kind, Course course) {
    var added =
        histories.entrySet().stream()
            .filter(entry -> entry.getKey().kind() == kind)
            .map(entry -> entry.getValue().stream().filter(each -> !each.isRead()).toList())
            .toList();
    return Refusals.of(added, course.fromNanos(), course.toNanos()).ofOne();
  }

  /**
   * The last read of each node: all show the same, or do not for a minute.
   *
   * @throws ConditionTimeoutException if not all nodes answered
   */
  private List<Operation> lastReads(Entity set) {
    var last = new ArrayList<Operation>();
    try {
      await()
          .atMost(AGREE_WITHIN)
          .ignoreException(StatusRuntimeException.class)
          .until(
              () -> {
                var reads = readEverywhere(set);
                last.clear();
                last.addAll(reads);
                return reads.stream().map(Operation::outcome).distinct().count() == 1;
              });
    } catch (ConditionTimeoutException e) {
      if (last.isEmpty()) {
        throw e;
      }
    }
    return last;
  }

  private List<Operation> readEverywhere(Entity set) {
    var reads = new ArrayList<Operation>();
    for (var number = 1; number <= World.NODES; number++) {
      var node = world.node(number);
      var firstLife = node.life();
      var from = System.nanoTime();
      var texts = Set.copyOf(node.client(set.kind()).read(set.id()));
      var to = System.nanoTime();
      var asked = new Asked(number, firstLife, node.life());
      reads.add(new Operation("", asked, from, to, new Shown(texts)));
    }
    return reads;
  }
}
