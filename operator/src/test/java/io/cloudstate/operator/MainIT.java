package io.cloudstate.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.cloudstate.operator.apiserver.ApiServer;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as processes. Of operator.md 14, gap 25. */
class MainIT {

  private static final Duration LONG = Duration.ofSeconds(90);

  private final Path directory;
  private final List<Process> processes = new ArrayList<>();
  private ApiServer api;
  private KubernetesClient client;

  MainIT(@TempDir Path directory) {
    this.directory = directory;
  }

  @BeforeEach
  void startApiServer() throws IOException {
    api = ApiServer.start();
    client = api.client();
    Files.writeString(
        directory.resolve("kubeconfig"),
        """
        apiVersion: v1
        kind: Config
        current-context: test
        clusters:
          - name: test
            cluster:
              server: %s
        users:
          - name: test
            user: {}
        contexts:
          - name: test
            context:
              cluster: test
              user: test
        """
            .formatted(api.url()));
  }

  @AfterEach
  void stopAll() throws InterruptedException {
    for (var process : processes) {
      process.destroyForcibly().waitFor();
    }
    client.close();
    api.close();
  }

  private Process start(Map<String, String> variables, String name) throws IOException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var builder =
        new ProcessBuilder(
                java,
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-Dlogback.configurationFile=logback.xml",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve(name + ".log").toFile());
    builder.environment().put("KUBECONFIG", directory.resolve("kubeconfig").toString());
    builder.environment().putAll(variables);
    var process = builder.start();
    processes.add(process);
    return process;
  }

  private static Map<String, String> replica(String name) {
    var variables = TestSettings.of(name);
    variables.put("OPERATOR_LEASE_DURATION", "6s");
    variables.put("OPERATOR_LEASE_RENEW_DEADLINE", "4s");
    variables.put("OPERATOR_LEASE_RETRY_PERIOD", "200ms");
    return variables;
  }

  private String log(String name) throws IOException {
    return Files.readString(directory.resolve(name + ".log"));
  }

  private Lease lease() {
    return client.leases().inNamespace("system").withName("cloudstate-operator").get();
  }

  private String holder() {
    var lease = lease();
    var holder = lease == null ? null : lease.getSpec().getHolderIdentity();
    return holder == null ? "" : holder;
  }

  private boolean isTaken() {
    var taken = lease();
    taken.getSpec().setHolderIdentity("intruder");
    taken.getSpec().setRenewTime(ZonedDateTime.now(ZoneOffset.UTC));
    client.leases().resource(taken).update();
    return true;
  }

  @Test
  void ofTwoTheOtherTakesOverFromOneThatIsKilledAndEndsWhenItLosesTheLease() throws Exception {
    // Given
    var first = start(replica("first"), "first");
    await().atMost(LONG).until(() -> holder().equals("first"));
    var second = start(replica("second"), "second");
    await().atMost(LONG).until(() -> log("second").contains("\"started\""));
    assertThat(holder()).isEqualTo("first");
    // When
    first.destroyForcibly();
    // Then
    await().atMost(LONG).until(() -> holder().equals("second"));
    // When
    // it is renewed all the time, so this may come too late
    await()
        .atMost(LONG)
        .ignoreExceptionsInstanceOf(KubernetesClientException.class)
        .until(this::isTaken);
    // Then
    assertThat(second.waitFor(90, TimeUnit.SECONDS)).isTrue();
    assertThat(second.exitValue()).isEqualTo(1);
    assertThat(log("second")).contains("this process leads no more");
    assertThat(holder()).isEqualTo("intruder");
  }

  @Test
  void whoIsAskedToEndReleasesTheLease() throws Exception {
    // Given
    var process = start(replica("first"), "first");
    await().atMost(LONG).until(() -> holder().equals("first"));
    // When
    process.destroy();
    // Then
    assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isIn(0, 143);
    // the library keeps the name and shortens the lease
    assertThat(lease().getSpec().getLeaseDurationSeconds()).isEqualTo(1);
  }

  @Test
  void settingsThatDoNotHoldEndItWithAllProblemsAsLinesOfJson() throws Exception {
    // When
    var process =
        start(
            Map.of("OPERATOR_POD_NAME", "first", "OPERATOR_WORKERS", "many", "OPERATOR_X", "y"),
            "first");
    // Then
    assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(2);
    var messages = new ArrayList<String>();
    for (var line : log("first").lines().toList()) {
      messages.add(new ObjectMapper().readTree(line).get("formattedMessage").asText());
    }
    assertThat(messages)
        .hasSize(4)
        .anyMatch(message -> message.startsWith("OPERATOR_X: no setting has this name"))
        .anyMatch(message -> message.startsWith("OPERATOR_NAMESPACE is not set"))
        .anyMatch(message -> message.startsWith("OPERATOR_PROXY_IMAGE is not set"))
        .anyMatch(message -> message.startsWith("OPERATOR_WORKERS: many (expected: "));
  }
}
