package io.cloudstate.proxy;

import static io.cloudstate.proxy.storage.StoreClient.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import io.cloudstate.proxy.config.SettingSources;
import io.cloudstate.proxy.config.SettingsReader;
import io.cloudstate.proxy.testing.AppendingClient;
import io.cloudstate.proxy.testing.AppendingFunction;
import io.cloudstate.proxy.testing.CapturedLog;
import io.cloudstate.proxy.testing.Ledger;
import io.cloudstate.proxy.testing.Load;
import io.cloudstate.proxy.testing.Load.AfterFailure;
import io.cloudstate.proxy.testing.StolenDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store goes away beneath a running proxy, and comes back. */
@SuppressWarnings("NullAway.Init")
class StoreFailureIT {

  private static final int CALLERS = 16;
  private static final int ENTITIES = 50;
  private static final int FAILURES_WHILE_AWAY = 2000;
  private static final String UNAVAILABLE = "UNAVAILABLE: The store is unavailable";

  @TempDir Path directory;

  private final AppendingFunction function = AppendingFunction.start();
  private final Ledger ledger = new Ledger(ENTITIES);
  private CapturedLog log;
  private Proxy proxy;
  private AppendingClient client;

  @BeforeEach
  void start() {
    log = CapturedLog.begin();
    startProxy();
  }

  @AfterEach
  void stop() {
    stopProxy();
    function.close();
    log.close();
  }

  @Test
  void callersAreToldAtOnceAndTheStoreComesBackByItself() throws Exception {
    // Given
    var load = Load.start(client, ledger, CALLERS, AfterFailure.GO_ON);
    load.awaitAcknowledgements(10 * CALLERS);
    // When
    var from = System.nanoTime();
    var stolen = StolenDatabase.steal(database());
    awaitFailures(load, FAILURES_WHILE_AWAY);
    stolen.giveBack();
    var away = Duration.ofNanos(System.nanoTime() - from);
    from = System.nanoTime();
    load.awaitAcknowledgements(1);
    var backAfter = Duration.ofNanos(System.nanoTime() - from);
    load.goOnFor(Duration.ofSeconds(2));
    var outcomes = load.stop();
    // Then
    System.out.printf(
        "%d acknowledged, away for %d ms, first one %d ms later, longest call %d ms, %s%n",
        outcomes.acknowledged(),
        away.toMillis(),
        backAfter.toMillis(),
        outcomes.longestCall().toMillis(),
        outcomes.failures());
    System.out.println("log: " + log.lines());
    assertThat(outcomes.failures().keySet()).containsExactly(UNAVAILABLE);
    assertThat(outcomes.longestCall()).isLessThan(Duration.ofSeconds(5));
    ledger.settleAll(client);
    assertThat(function.violations()).isEmpty();
    assertThat(log.lines()).filteredOn(line -> line.startsWith("ERROR the store fails")).hasSize(1);
    assertThat(log.lines())
        .filteredOn(line -> line.equals("INFO the store works again"))
        .hasSize(1);
    assertThat(log.lines().stream().filter(line -> !line.startsWith("INFO"))).hasSizeLessThan(20);
    assertThat(log.stackTraces()).isZero();
    // and so it is in the store, not only in memory
    stopProxy();
    startProxy();
    ledger.settleAll(client);
  }

  @Test
  void loadedEntitiesAreReadWithoutTheStore() throws Exception {
    // Given
    client.append("loaded", "a");
    // When
    var stolen = StolenDatabase.steal(database());
    var read = client.read("loaded");
    stolen.giveBack();
    // Then
    assertThat(read).containsExactly("a");
    assertThat(log.stackTraces()).isZero();
  }

  private void awaitFailures(Load load, int count) {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> load.failed() >= count);
  }

  private void startProxy() {
    var environment =
        Map.of(
            "HTTP_PORT",
            "0",
            "MANAGEMENT_PORT",
            "0",
            "METRICS_PORT",
            "0",
            "USER_FUNCTION_PORT",
            Integer.toString(function.port()),
            "CLOUDSTATE_STORE",
            "h2",
            "CLOUDSTATE_H2_FILE",
            database().toString());
    var sources = new SettingSources(ConfigFactory.empty(), environment, ConfigFactory.load());
    proxy = Proxy.start(SettingsReader.read(sources).settings(), sources.config());
    client = new AppendingClient(result(proxy.online()));
  }

  private void stopProxy() {
    client.close();
    result(proxy.stop());
  }

  private Path database() {
    return directory.resolve("store");
  }
}
