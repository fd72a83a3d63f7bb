package io.cloudstate.tck.rule;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of one rule.
 *
 * @param problem null if the rule holds
 * @param exchange all that was sent and received
 */
public record Result(
    String id,
    String group,
    String demand,
    Verdict verdict,
    @Nullable Problem problem,
    Duration took,
    List<Exchange.Line> exchange) {

  /** What a result means for the run. */
  public enum Verdict {
    PASSED,
    FAILED,
    /** It could not be found out here. */
    SKIPPED,
    /** It does not hold, and is known not to. */
    KNOWN_FAILURE,
    /** It holds although it is known not to: the file of known failures is out of date. */
    UNEXPECTEDLY_PASSED
  }

  /**
   * Why a rule is not found to hold.
   *
   * @param what the thing that differs, or what is missing to find it out
   * @param expected empty if nothing can be said
   * @param came empty if nothing can be said
   */
  public record Problem(String what, String expected, String came) {

    /** Something that the rule needs is not there. */
    public static Problem missing(String what) {
      return new Problem(what, "", "");
    }

    public boolean isMissing() {
      return expected.isEmpty() && came.isEmpty();
    }

    @Override
    public String toString() {
      return isMissing() ? what : what + ": " + came + " (expected: " + expected + ")";
    }
  }

  public Result {
    exchange = List.copyOf(exchange);
  }

  /** Whether a run with this result may end with exit code 0. */
  public boolean isGood() {
    return verdict != Verdict.FAILED && verdict != Verdict.UNEXPECTEDLY_PASSED;
  }
}
