package io.cloudstate.tck.suite.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.tck.report.TextReport;
import io.cloudstate.tck.rule.Patience;
import io.cloudstate.tck.rule.Result;
import io.cloudstate.tck.rule.Result.Verdict;
import io.cloudstate.tck.run.KnownFailures;
import io.cloudstate.tck.run.Runner;
import io.cloudstate.tck.run.Selection;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A kit that cannot fail is worthless: each fault is caught by the rule that is about it. */
class MutationTest {

  /**
   * What the fake proxy has not: HTTP, reflection, event logs, and a process that can be killed.
   */
  private static final List<String> NOT_PLAYED =
      List.of(
          "eventing", "reflection", "grpc-web", "http", "durability", "ap9", "vp4", "ep4", "cp5");

  private static final ProxyStage.Limits LIMITS =
      new ProxyStage.Limits(
          FakeProxy.RELAY_TIMEOUT, FakeProxy.MAX_MESSAGE_BYTES, FakeProxy.MAX_MESSAGE_BYTES);
  private static final Duration PATIENT = Duration.ofSeconds(10);
  private static final Duration IMPATIENT = Duration.ofMillis(400);

  @Test
  void aProxyThatDoesNothingWrongPasses() throws IOException {
    var results = play(new Selection(List.of(), NOT_PLAYED), EnumSet.noneOf(Fault.class), PATIENT);
    assertThat(results).hasSizeGreaterThan(50);
    assertThat(failuresOf(results)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aFaultIsCaughtByTheRuleThatIsAboutIt(Fault fault) throws IOException {
    var results =
        play(new Selection(List.of(fault.rule()), List.of()), EnumSet.of(fault), IMPATIENT);
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
        play(
            new Selection(List.of("vp1", "ap1", "ep1"), List.of()),
            EnumSet.of(Fault.LOSES_EFFECTS),
            PATIENT);
    assertThat(failuresOf(results)).isEmpty();
  }

  private static List<String> failuresOf(List<Result> results) {
    return results.stream()
        .filter(result -> result.verdict() != Verdict.PASSED)
        .map(TextReport::details)
        .toList();
  }

  private static List<Result> play(Selection selection, EnumSet<Fault> faults, Duration patience)
      throws IOException {
    var chosen = selection.of(ProxySuite.SUITE);
    var port = freePort();
    var listen = freePort();
    try (var proxy = new FakeProxy(port, listen)) {
      proxy.doWrong(faults);
      proxy.loop.execute(proxy::start);
      try (var stage =
          ProxyStage.open(
              new ProxyStage.Settings(
                  "127.0.0.1",
                  port,
                  listen,
                  null,
                  Path.of("none"),
                  PATIENT,
                  Patience.DEFAULT.withExpected(patience),
                  LIMITS),
              ProxySuite.spec(chosen))) {
        return new Runner(KnownFailures.NONE, result -> {}).play(chosen, stage);
      }
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
