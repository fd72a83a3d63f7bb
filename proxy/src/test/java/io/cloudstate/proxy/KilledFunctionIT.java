package io.cloudstate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cloudstate.proxy.testing.AppendingClient;
import io.cloudstate.proxy.testing.AppendingFunction;
import io.cloudstate.proxy.testing.Ledger;
import io.cloudstate.proxy.testing.Load;
import io.cloudstate.proxy.testing.Load.AfterFailure;
import io.cloudstate.proxy.testing.ProxyProcess;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A function that goes away under load, and comes back: promises 3 and 5 of the design. */
class KilledFunctionIT {

  private static final int ROUNDS = 4;
  private static final int CALLERS = 8;
  private static final int ENTITIES = 50;
  private static final int FAILURES_WHILE_AWAY = 200;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path directory;

  @Test
  void callersAreToldAndAllGoesOnWhenTheFunctionIsBack() throws Exception {
    var ledger = new Ledger(ENTITIES);
    try (var function = AppendingFunction.start();
        var proxy = new ProxyProcess(directory, function.port())) {
      proxy.start();
      var pid = proxy.pid();
      try (var client = new AppendingClient(proxy.port())) {
        for (var round = 1; round <= ROUNDS; round++) {
          // Given
          var load = Load.start(client, ledger, CALLERS, AfterFailure.GO_ON);
          load.awaitAcknowledgements(20 * CALLERS);
          // When
          function.stopAbruptly();
          awaitFailures(load, FAILURES_WHILE_AWAY);
          function.startAgain();
          var from = System.nanoTime();
          load.awaitAcknowledgements(1);
          var backAfter = Duration.ofNanos(System.nanoTime() - from);
          load.awaitAcknowledgements(20 * CALLERS);
          var outcomes = load.stop();
          // Then
          assertThat(outcomes.failures().keySet())
              .as("statuses")
              .allMatch(
                  status ->
                      status.equals("UNKNOWN: Unexpected entity termination")
                          || status.equals("UNKNOWN: Entity terminated")
                          || status.startsWith("UNAVAILABLE"));
          assertThat(outcomes.longestCall()).isLessThan(AppendingClient.DEADLINE);
          ledger.settleAll(client);
          assertThat(function.violations()).isEmpty();
          System.out.printf(
              "round %d: %d acknowledged, first one %d ms after the function's start, longest call"
                  + " %d ms, %s%n",
              round,
              outcomes.acknowledged(),
              backAfter.toMillis(),
              outcomes.longestCall().toMillis(),
              outcomes.failures());
        }
      }
      assertThat(proxy.isRunning()).isTrue();
      assertThat(proxy.pid()).isEqualTo(pid);
      assertThat(proxy.log()).doesNotContain(" ERROR ");
      // and not only in the memory of anybody
      proxy.kill();
      proxy.start();
      try (var client = new AppendingClient(proxy.port())) {
        ledger.settleAll(client);
      }
    }
  }

  private static void awaitFailures(Load load, int count) {
    await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> load.failed() >= count);
  }
}
