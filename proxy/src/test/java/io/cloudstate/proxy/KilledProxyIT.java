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
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Promise 2 of the design, for the proxy's process and H2. */
class KilledProxyIT {

  private static final int ROUNDS = 10;
  private static final int VALUE_ROUNDS = 5;
  private static final int CALLERS = 32;
  private static final int ENTITIES = 50;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path directory;

  @Test
  void everyAcknowledgedEventIsStillThereAfterKillNine() throws Exception {
    var ledger = new Ledger(ENTITIES);
    try (var function = AppendingFunction.start();
        var proxy = new ProxyProcess(directory, function.port())) {
      // Given
      var serving = proxy.start();
      System.out.printf("first start: serves after %d ms%n", serving.toMillis());
      for (var round = 1; round <= ROUNDS; round++) {
        // When
        var outcomes = loadUntilKilled(proxy, ledger, new AppendingClient(proxy.port()));
        var unknown = ledger.unknowns();
        serving = proxy.start();
        // Then
        try (var client = new AppendingClient(proxy.port())) {
          ledger.settleAll(client);
        }
        assertThat(function.violations()).isEmpty();
        System.out.printf(
            "round %d: %d acknowledged, %d unknown, serves again after %d ms%n",
            round, outcomes.acknowledged(), unknown, serving.toMillis());
      }
      System.out.printf(
          "%d acknowledged, none lost; %d snapshots loaded, %d events replayed%n",
          ledger.acknowledgements(), function.snapshotsLoaded(), function.eventsReplayed());
      assertThat(function.snapshotsLoaded()).isPositive();
      assertThat(function.eventsReplayed()).isPositive();
      assertThat(function.complaints()).isEmpty();
    }
  }

  @Test
  void everyAcknowledgedValueIsStillThereAfterKillNine() throws Exception {
    var ledger = new Ledger(ENTITIES);
    try (var function = AppendingFunction.start();
        var proxy = new ProxyProcess(directory, function.port())) {
      proxy.start();
      for (var round = 1; round <= VALUE_ROUNDS; round++) {
        // When
        var outcomes = loadUntilKilled(proxy, ledger, AppendingClient.ofValues(proxy.port()));
        var unknown = ledger.unknowns();
        proxy.start();
        // Then
        try (var client = AppendingClient.ofValues(proxy.port())) {
          ledger.settleAll(client);
        }
        System.out.printf(
            "values, round %d: %d acknowledged, %d unknown%n",
            round, outcomes.acknowledged(), unknown);
      }
      assertThat(function.violations()).isEmpty();
      assertThat(function.complaints()).isEmpty();
    }
  }

  private static Load.Outcomes loadUntilKilled(
      ProxyProcess proxy, Ledger ledger, AppendingClient calls) throws InterruptedException {
    try (var client = calls) {
      var load = Load.start(client, ledger, CALLERS, AfterFailure.STOP);
      load.awaitAcknowledgements(CALLERS);
      load.goOnFor(Duration.ofMillis(ThreadLocalRandom.current().nextInt(300, 1500)));
      proxy.kill();
      return load.awaitEnd();
    }
  }
}
