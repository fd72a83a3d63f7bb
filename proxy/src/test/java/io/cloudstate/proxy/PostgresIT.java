package io.cloudstate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.cloudstate.proxy.testing.AppendingClient;
import io.cloudstate.proxy.testing.AppendingFunction;
import io.cloudstate.proxy.testing.CapturedLog;
import io.cloudstate.proxy.testing.Ledger;
import io.cloudstate.proxy.testing.Load;
import io.cloudstate.proxy.testing.Load.AfterFailure;
import io.cloudstate.proxy.testing.PostgresServer;
import io.cloudstate.proxy.testing.ProxyProcess;
import io.cloudstate.proxy.testing.TestProxy;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Promises 1 and 2 of the design on PostgreSQL, and what callers see of an outage. */
class PostgresIT {

  private static final int CALLERS = 32;
  private static final int ENTITIES = 50;

  private enum Kind {
    EVENT_SOURCED,
    VALUE;

    AppendingClient client(int proxyPort) {
      return this == VALUE ? AppendingClient.ofValues(proxyPort) : new AppendingClient(proxyPort);
    }
  }

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path directory;

  @ParameterizedTest
  @EnumSource
  void everythingAcknowledgedIsStillThereAfterKillNineOfTheProxy(Kind kind) throws Exception {
    var ledger = new Ledger(ENTITIES);
    try (var server = PostgresServer.start(directory.resolve("data"));
        var function = AppendingFunction.start();
        var proxy = new ProxyProcess(directory, function.port(), server.environment())) {
      proxy.start();
      for (var round = 0; round < 3; round++) {
        // When
        try (var client = kind.client(proxy.port())) {
          var load = Load.start(client, ledger, CALLERS, AfterFailure.STOP);
          load.awaitAcknowledgements(10 * CALLERS);
          proxy.kill();
          load.awaitEnd();
        }
        proxy.start();
        // Then
        try (var client = kind.client(proxy.port())) {
          ledger.settleAll(client);
        }
      }
      assertThat(function.violations()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void callersAreToldAtOnceWhileTheServerIsAwayAndNothingIsLostWhenItIsKilled(Kind kind)
      throws Exception {
    var ledger = new Ledger(ENTITIES);
    var server = PostgresServer.notStarted(directory.resolve("data"));
    try (server;
        var log = CapturedLog.begin();
        var function = AppendingFunction.start();
        var proxy = TestProxy.start(function.port(), settings(server));
        var client = kind.client(proxy.port())) {
      // The server is not there yet.
      assertUnavailableAtOnce(client);
      assertThat(outages(log)).isEqualTo(1);
      server.start();
      awaitWorking(client, log);
      // The server is killed under load.
      var load = Load.start(client, ledger, CALLERS, AfterFailure.GO_ON);
      load.awaitAcknowledgements(10 * CALLERS);
      server.kill();
      load.goOnFor(Duration.ofMillis(500));
      server.start();
      load.awaitAcknowledgements(10 * CALLERS);
      var outcomes = load.stop();
      assertThat(outcomes.failures().keySet())
          .isNotEmpty()
          .allSatisfy(failure -> assertThat(failure).startsWith("UNAVAILABLE: "));
      assertThat(outcomes.longestCall()).isLessThan(Duration.ofSeconds(5));
      ledger.settleAll(client);
      assertThat(outages(log)).isEqualTo(2);
      assertThat(log.stackTraces()).isZero();
      assertThat(function.violations()).isEmpty();
    }
  }

  @Test
  void secondWriterOfAValueIsFencedAndGoesOnFromWhatTheOtherWrote() {
    try (var server = PostgresServer.start(directory.resolve("data"));
        var function = AppendingFunction.start();
        var one = TestProxy.start(function.port(), settings(server));
        var other = TestProxy.start(function.port(), settings(server));
        var here = AppendingClient.ofValues(one.port());
        var there = AppendingClient.ofValues(other.port());
        var log = CapturedLog.begin()) {
      // Given: both have loaded it
      assertThat(here.append("shared", "a")).isEqualTo(1);
      assertThat(there.append("shared", "b")).isEqualTo(2);
      // When
      var failure =
          catchThrowableOfType(StatusRuntimeException.class, () -> here.append("shared", "lost"));
      // Then
      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(log.lines())
          .filteredOn(line -> line.startsWith("ERROR somebody else has written to this entity"))
          .hasSize(1);
      assertThat(here.append("shared", "c")).isEqualTo(3);
      assertThat(here.read("shared")).containsExactly("a", "b", "c");
      assertThat(here.append("beside", "not harmed")).isEqualTo(1);
    }
  }

  private static Map<String, String> settings(PostgresServer server) {
    return Map.of(
        "store", "postgres",
        "postgres.port", Integer.toString(server.port()),
        "postgres.database", "postgres",
        "postgres.user", "postgres");
  }

  private static long outages(CapturedLog log) {
    return log.lines().stream().filter(line -> line.startsWith("ERROR the store fails")).count();
  }

  private static void assertUnavailableAtOnce(AppendingClient client) {
    var from = System.nanoTime();
    for (var i = 0; i < 10; i++) {
      var failure =
          catchThrowableOfType(StatusRuntimeException.class, () -> client.append("early", "x"));
      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(5));
  }

  /** Until the outage has ended for the log as well: that takes a second without a failure. */
  private static void awaitWorking(AppendingClient client, CapturedLog log) {
    await()
        .atMost(Duration.ofSeconds(10))
        .ignoreExceptions()
        .until(
            () ->
                client.append("first", "x") > 0
                    && log.lines().contains("INFO the store works again"));
  }
}
