package io.cloudstate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

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

/** The orderly end of the proxy's process: spec/discovery.md 6. */
class TerminatedProxyIT {

  private static final int ROUNDS = 3;
  private static final int CALLERS = 32;
  private static final int ENTITIES = 50;
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(10);

  /** 128 and the number of TERM: what a JVM exits with that has run its shutdown hooks. */
  private static final int ENDED_BY_TERM = 143;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path directory;

  @Test
  void termUnderLoadEndsInOrderAndLosesNothing() throws Exception {
    var ledger = new Ledger(ENTITIES);
    try (var function = AppendingFunction.start();
        var proxy = new ProxyProcess(directory, function.port())) {
      proxy.start();
      for (var round = 1; round <= ROUNDS; round++) {
        // Given
        var client = new AppendingClient(proxy.port());
        var load = Load.start(client, ledger, CALLERS, AfterFailure.STOP);
        load.awaitAcknowledgements(10 * CALLERS);
        // When
        var from = System.nanoTime();
        var exitCode = proxy.terminate(ENDS_WITHIN);
        var took = Duration.ofNanos(System.nanoTime() - from);
        var outcomes = load.awaitEnd();
        client.close();
        // Then
        assertThat(exitCode).isEqualTo(ENDED_BY_TERM);
        assertThat(outcomes.failures().keySet())
            .as("statuses")
            .allMatch(status -> status.startsWith("UNAVAILABLE"));
        assertThat(proxy.log().lines())
            .filteredOn(line -> line.contains("the proxy stops"))
            .hasSize(round);
        assertThat(proxy.log().lines())
            .filteredOn(line -> line.contains("the proxy has stopped"))
            .hasSize(round);
        assertThat(proxy.log()).doesNotContain(" ERROR ");
        var serving = proxy.start(); // at once: the database is free
        try (var again = new AppendingClient(proxy.port())) {
          ledger.settleAll(again);
        }
        assertThat(function.violations()).isEmpty();
        System.out.printf(
            "round %d: %d acknowledged, ended after %d ms, then %s; serves again after %d ms%n",
            round,
            outcomes.acknowledged(),
            took.toMillis(),
            outcomes.failures(),
            serving.toMillis());
      }
      assertThat(function.complaints()).isEmpty();
    }
  }
}
