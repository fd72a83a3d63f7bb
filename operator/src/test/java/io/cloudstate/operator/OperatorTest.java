package io.cloudstate.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cloudstate.operator.apiserver.ApiServer;
import io.cloudstate.operator.certificates.TestCertificates;
import io.cloudstate.operator.config.SettingsReader;
import io.cloudstate.operator.webhook.TestClient;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Replicas of the operator on an API server of our own. Of operator.md 14, gaps 1 (the webhook on
 * all replicas, certificates without cert-manager), 24 (no Secret but its own is read) and 25
 * (probes, metrics, election).
 */
@Timeout(120)
class OperatorTest {

  private static final Duration LONG = Duration.ofSeconds(30);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /** A clock that is moved by hand. */
  private static final class HandClock extends Clock {
    private volatile Instant now;

    HandClock(Instant now) {
      this.now = now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  private final List<Operator> operators = new ArrayList<>();
  private ApiServer api;
  private KubernetesClient client;

  @BeforeEach
  void startApiServer() {
    api = ApiServer.start();
    client = api.client();
  }

  @AfterEach
  void stopAll() {
    operators.forEach(Operator::close);
    client.close();
    api.close();
  }

  private Operator start(Map<String, String> variables) throws Exception {
    return start(variables, Clock.systemUTC());
  }

  private Operator start(Map<String, String> variables, Clock clock) throws Exception {
    var operator = Operator.start(SettingsReader.read(variables), client, clock);
    operators.add(operator);
    return operator;
  }

  private static Map<String, String> with(String podName, String... pairs) {
    var variables = TestSettings.of(podName);
    for (int i = 0; i < pairs.length; i += 2) {
      variables.put("OPERATOR_" + pairs[i], pairs[i + 1]);
    }
    return variables;
  }

  private static HttpResponse<String> send(Operator operator, String method, String path)
      throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create("http://localhost:" + operator.managementPort() + path))
            .method(method, BodyPublishers.noBody())
            .build(),
        BodyHandlers.ofString());
  }

  private static String get(Operator operator, String path) throws Exception {
    var response = send(operator, "GET", path);
    return response.statusCode() + " " + response.body().strip();
  }

  private Lease lease() {
    return client.leases().inNamespace("system").withName("cloudstate-operator").get();
  }

  @Test
  void standbyIsReadyAndTakesOverAtOnceWhenTheLeaderEndsInOrder() throws Exception {
    var first = start(with("first"));
    await().atMost(LONG).until(first::isLeading);
    var second = start(with("second"));
    assertThat(get(second, "/ready")).isEqualTo("200 OK");
    assertThat(get(second, "/alive")).isEqualTo("200 OK");
    assertThat(get(second, "/metrics")).contains("cloudstate_operator_leader 0.0");
    assertThat(get(first, "/metrics")).contains("cloudstate_operator_leader 1.0");
    assertThat(second.isLeading()).isFalse();
    // When
    first.close();
    // Then: the lease lasts a minute, so it was released
    await().atMost(LONG).until(second::isLeading);
    assertThat(lease().getSpec().getHolderIdentity()).isEqualTo("second");
    assertThat(first.end()).isCompletedWithValue(Operator.End.ASKED_FOR);
  }

  @Test
  void whoLosesTheLeaseIsReadyNoMoreAndIsToEnd() throws Exception {
    try (var operator = start(with("first"))) {
      await().atMost(LONG).until(operator::isLeading);
      // When
      var taken = lease();
      taken.getSpec().setHolderIdentity("intruder");
      taken.getSpec().setRenewTime(ZonedDateTime.now(ZoneOffset.UTC));
      taken.getMetadata().setResourceVersion(null);
      await() // its holder may renew it meanwhile
          .atMost(LONG)
          .ignoreException(KubernetesClientException.class)
          .until(() -> client.leases().resource(taken).update() != null);
      // Then
      assertThat(operator.end().get(30, TimeUnit.SECONDS)).isEqualTo(Operator.End.LEASE_LOST);
      assertThat(operator.isLeading()).isFalse();
      assertThat(get(operator, "/ready")).isEqualTo("503 the lease was lost");
    }
    assertThat(lease().getSpec().getHolderIdentity()).isEqualTo("intruder");
  }

  @Test
  void leaseThatCannotBeRenewedInTimeIsLostEvenIfTheApiServerHangs() throws Exception {
    try (var operator =
        start(with("first", "LEASE_DURATION", "6s", "LEASE_RENEW_DEADLINE", "4s"))) {
      await().atMost(LONG).until(operator::isLeading);
      var hold = api.hold(request -> request.isAbout("leases"));
      assertThat(operator.end().get(30, TimeUnit.SECONDS)).isEqualTo(Operator.End.LEASE_LOST);
      hold.letGo();
    }
  }

  @Test
  void leaseSurvivesFailuresOfTheApiServer() throws Exception {
    try (var operator = start(with("first"))) {
      await().atMost(LONG).until(operator::isLeading);
      var before = lease().getSpec().getRenewTime();
      api.fail(request -> request.isAbout("leases"), 5, 500, "InternalError", "etcd");
      await()
          .atMost(LONG)
          .until(
              () -> {
                try {
                  return lease().getSpec().getRenewTime().isAfter(before);
                } catch (KubernetesClientException e) {
                  return false;
                }
              });
      assertThat(operator.isLeading()).isTrue();
      assertThat(operator.end()).isNotDone();
    }
  }

  @Test
  void probesAndMetricsAreAllThatTheManagementPortHas() throws Exception {
    try (var operator = start(with("first"))) {
      await().atMost(LONG).until(operator::isLeading);
      assertThat(get(operator, "/started")).isEqualTo("200 OK");
      await().atMost(LONG).until(() -> get(operator, "/alive").equals("200 OK"));
      assertThat(get(operator, "/")).isEqualTo("404 nothing is here");
      assertThat(get(operator, "/ready/x")).isEqualTo("404 nothing is here");
      assertThat(send(operator, "POST", "/ready").statusCode()).isEqualTo(405);
      var head = send(operator, "HEAD", "/ready");
      assertThat(head.statusCode()).isEqualTo(200);
      assertThat(get(operator, "/metrics"))
          .contains(
              "cloudstate_operator_reconciliations_seconds_count{kind=\"StatefulService\",outcome=\"failed\"}",
              "cloudstate_operator_reconciliations_seconds_bucket{kind=\"StatefulStore\",outcome=\"settled\",le=\"0.01\"}",
              "cloudstate_operator_queue_length{kind=\"StatefulService\"}",
              "jvm_memory_used_bytes{",
              "jvm_gc_",
              "process_uptime_seconds")
          .doesNotContain("cloudstate_operator_webhook");
    }
  }

  @Test
  void withoutWebhookNoSecretIsReadOrWritten() throws Exception {
    try (var operator = start(with("first", "WATCH_SECRETS", "false"))) {
      await().atMost(LONG).until(operator::isLeading);
      await().atMost(LONG).until(() -> get(operator, "/alive").equals("200 OK"));
      assertThat(api.requests()).noneMatch(request -> request.isAbout("secrets"));
      assertThat(operator.webhookPort()).isZero();
    }
  }

  private void createConfiguration() {
    client
        .resource(
            new MutatingWebhookConfigurationBuilder()
                .withNewMetadata()
                .withName("cloudstate-operator")
                .endMetadata()
                .addNewWebhook()
                .withName("injection.cloudstate.io")
                .withSideEffects("None")
                .withAdmissionReviewVersions("v1")
                .withNewClientConfig()
                .withNewService()
                .withName("cloudstate-operator-webhook")
                .withNamespace("system")
                .endService()
                .endClientConfig()
                .endWebhook()
                .build())
        .create();
  }

  private String bundle() {
    var bundle =
        client
            .admissionRegistration()
            .v1()
            .mutatingWebhookConfigurations()
            .withName("cloudstate-operator")
            .get()
            .getWebhooks()
            .get(0)
            .getClientConfig()
            .getCaBundle();
    return bundle == null
        ? ""
        : new String(Base64.getDecoder().decode(bundle), StandardCharsets.UTF_8);
  }

  private Certificate shownTo(String bundle, Operator operator) throws Exception {
    return new TestClient(TestCertificates.trusting(bundle), operator.webhookPort()).shown();
  }

  @Test
  void allReplicasServeTheWebhookWithTheSameCertificate() throws Exception {
    createConfiguration();
    try (var first = start(with("first", "WEBHOOK_ENABLED", "true"));
        var second = start(with("second", "WEBHOOK_ENABLED", "true"))) {
      await()
          .atMost(LONG)
          .ignoreExceptions()
          .untilAsserted(
              () -> {
                assertThat(get(first, "/ready")).isEqualTo("200 OK");
                assertThat(get(second, "/ready")).isEqualTo("200 OK");
                assertThat(shownTo(bundle(), first)).isEqualTo(shownTo(bundle(), second));
              });
      assertThat(get(first, "/metrics"))
          .contains("cloudstate_operator_webhook_certificate_expiry_timestamp_seconds")
          .contains("cloudstate_operator_webhook_requests_seconds_count{outcome=\"injected\"} 0");
    }
  }

  @Test
  void certificateIsReplacedInTimeWithoutARestart() throws Exception {
    // Given: made when two thirds of its 90 days are over by now
    createConfiguration();
    var now = Clock.systemUTC().instant();
    var clock = new HandClock(now.minus(Duration.ofDays(61)));
    try (var operator = start(with("first", "WEBHOOK_ENABLED", "true"), clock)) {
      await().atMost(LONG).until(() -> !bundle().isEmpty());
      var bundle = bundle();
      await().atMost(LONG).until(() -> get(operator, "/ready").equals("200 OK"));
      var before = shownTo(bundle, operator);
      // When
      clock.now = now;
      // Then: callers that know the authority of before know the new certificate too
      await().atMost(LONG).until(() -> !shownTo(bundle, operator).equals(before));
    }
  }

  @Test
  void secretThatIsNotWholeAndABundleThatWasLostAreMadeAnew() throws Exception {
    createConfiguration();
    try (var operator = start(with("first", "WEBHOOK_ENABLED", "true"))) {
      await().atMost(LONG).until(() -> !bundle().isEmpty());
      var before = bundle();
      // When
      var secret =
          client.secrets().inNamespace("system").withName("cloudstate-operator-webhook").get();
      client
          .secrets()
          .resource(new SecretBuilder(secret).addToData("ca.key", "bm9uc2Vuc2U=").build())
          .update();
      // Then
      await().atMost(LONG).until(() -> !bundle().equals(before));
      await().atMost(LONG).ignoreExceptions().until(() -> shownTo(bundle(), operator) != null);
      // When
      client
          .admissionRegistration()
          .v1()
          .mutatingWebhookConfigurations()
          .withName("cloudstate-operator")
          .edit(
              configuration ->
                  new MutatingWebhookConfigurationBuilder(configuration)
                      .editWebhook(0)
                      .editClientConfig()
                      .withCaBundle("")
                      .endClientConfig()
                      .endWebhook()
                      .build());
      // Then
      await().atMost(LONG).until(() -> !bundle().isEmpty());
    }
  }

  @Test
  void replicaThatIsSecondToWriteTheSecretUsesWhatTheFirstWrote() throws Exception {
    createConfiguration();
    api.fail(
        request -> request.isAbout("secrets") && request.method().equals("POST"),
        1,
        409,
        "AlreadyExists",
        "secrets \"cloudstate-operator-webhook\" already exists");
    try (var operator = start(with("first", "WEBHOOK_ENABLED", "true"))) {
      await().atMost(LONG).ignoreExceptions().until(() -> shownTo(bundle(), operator) != null);
    }
  }

  @Test
  void webhookWithoutCertificateIsNotReady() throws Exception {
    try (var operator =
        start(
            with(
                "first",
                "WEBHOOK_ENABLED",
                "true",
                "WEBHOOK_CERTIFICATES",
                "files",
                "WEBHOOK_CERTIFICATE_DIRECTORY",
                "/nowhere/at/all"))) {
      assertThat(get(operator, "/started")).isEqualTo("503 the webhook has no certificate yet");
      assertThat(get(operator, "/ready")).isEqualTo("503 the webhook has no certificate yet");
      assertThat(get(operator, "/alive")).isEqualTo("200 OK");
    }
  }

  @Test
  void startThatCannotGoOnSaysWhy() throws Exception {
    try (var running = start(with("first"))) {
      var port = running.managementPort();
      assertThatThrownBy(() -> start(with("second", "MANAGEMENT_PORT", String.valueOf(port))))
          .isInstanceOf(StartFailed.class)
          .hasMessageStartingWith("port %d of management: ".formatted(port));
    }
    api.fail(request -> request.path().equals("/version"), 1, 403, "Forbidden", "no access");
    assertThatThrownBy(() -> start(with("first")))
        .isInstanceOf(StartFailed.class)
        .hasMessageStartingWith("the API server at " + api.url());
  }
}
