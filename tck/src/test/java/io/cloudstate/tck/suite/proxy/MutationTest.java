package io.cloudstate.tck.suite.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.tck.report.TextReport;
import io.cloudstate.tck.rule.Result;
import io.cloudstate.tck.rule.Result.Verdict;
import io.cloudstate.tck.run.Selection;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A kit that cannot fail is worthless: each fault is caught by the rule that is about it. */
class MutationTest {

  /** The fake proxy has no event logs. */
  private static final List<String> NOT_PLAYED = List.of("eventing");

  @Test
  void aProxyThatDoesNothingWrongPasses() throws IOException {
    var results =
        ProxyKit.play(
            new Selection(List.of(), NOT_PLAYED), EnumSet.noneOf(Fault.class), ProxyKit.PATIENT);
    assertThat(results).hasSizeGreaterThan(100);
    assertThat(failuresOf(results)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aFaultIsCaughtByTheRuleThatIsAboutIt(Fault fault) throws IOException {
    var results =
        ProxyKit.play(
            new Selection(List.of(fault.rule()), List.of()), EnumSet.of(fault), ProxyKit.IMPATIENT);
    assertThat(results)
        .singleElement()
        .satisfies(result -> assertThat(result.verdict()).isEqualTo(Verdict.FAILED))
        .satisfies(
            result ->
                assertThat(String.valueOf(result.problem())).doesNotContain("the script itself"));
  }

  @Test
  void aFaultIsNotSeenByRulesThatAreAboutOtherThings() throws IOException {
    var results =
        ProxyKit.play(
            new Selection(List.of("vp1", "ap1", "ep1"), List.of()),
            EnumSet.of(Fault.LOSES_EFFECTS),
            ProxyKit.PATIENT);
    assertThat(failuresOf(results)).isEmpty();
  }

  private static List<String> failuresOf(List<Result> results) {
    return results.stream()
        .filter(result -> result.verdict() != Verdict.PASSED)
        .map(TextReport::details)
        .toList();
  }
}
