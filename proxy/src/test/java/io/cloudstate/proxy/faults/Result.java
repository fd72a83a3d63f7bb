package io.cloudstate.proxy.faults;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What came of one fault. */
sealed interface Result {

  Fault fault();

  /** It could not be tried here. */
  record Skipped(Fault fault, String reason) implements Result {}

  /**
   * It was tried.
   *
   * @param lasted from its begin until all callers were well again
   * @param failures how many commands ended with each status
   * @param staleReads where the fault permits them
   * @param sets what came of the replicated sets; all before is about lists in the database
   * @param wrongs what must not be; none if it has passed
   */
  record Tried(
      Fault fault,
      Duration lasted,
      Counts counts,
      Map<String, Integer> failures,
      Refusals refusals,
      Duration longestCall,
      int staleReads,
      Sets sets,
      List<String> wrongs)
      implements Result {

    public Tried {
      failures = Map.copyOf(failures);
      wrongs = List.copyOf(wrongs);
    }

    boolean hasPassed() {
      return wrongs.isEmpty();
    }
  }

  /**
   * What came of the replicated sets.
   *
   * @param localRefused how long no text was added to one of them on the node that was called
   * @param majorityRefused how long none was added to one of them on most nodes
   * @param agreedAfter from when all nodes were ready until all showed what was there by then
   * @param lostNodes that ended otherwise than in order
   * @param lostWithNode texts that only such nodes had
   */
  record Sets(
      Counts counts,
      Duration localRefused,
      Duration majorityRefused,
      Duration agreedAfter,
      int lostNodes,
      int lostWithNode) {}

  /**
   * How many commands had which outcome.
   *
   * @param refused not executed, as their callers were told
   * @param unknown executed or not
   */
  record Counts(int acknowledged, int refused, int unknown) {

    static Counts of(List<Operation> operations) {
      var acknowledged = (int) operations.stream().filter(Operation::isAcknowledged).count();
      var refused =
          (int)
              operations.stream()
                  .filter(each -> each.outcome() instanceof Operation.Outcome.Refused)
                  .count();
      return new Counts(acknowledged, refused, operations.size() - acknowledged - refused);
    }
  }
}
