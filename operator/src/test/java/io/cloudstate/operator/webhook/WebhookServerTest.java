package io.cloudstate.operator.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cloudstate.operator.certificates.ServingKeys;
import io.cloudstate.operator.certificates.TestCertificates;
import io.cloudstate.operator.webhook.WebhookListener.Outcome;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of operator.md 14, gap 25: what reaches the webhook is checked, and its TLS changes in place. */
class WebhookServerTest {

  private static final String REVIEW =
      """
      {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"1"}}""";

  private static final Duration LONG = Duration.ofSeconds(30);

  private final TestCertificates certificates = new TestCertificates();
  private final ServingKeys keys = certificates.forLocalhost();
  private final List<Outcome> outcomes = new CopyOnWriteArrayList<>();
  private WebhookServer server;
  private TestClient client;

  @BeforeEach
  void serve() throws Exception {
    server =
        WebhookServer.start(
            0,
            keys.context(),
            request -> {
              if (request.uid().equals("bug")) {
                throw new IllegalStateException("bug");
              }
              return new Answer.Unchanged(request.resource());
            },
            (outcome, duration) -> outcomes.add(outcome));
    client = new TestClient(certificates.trusted(), server.port());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          POST | /inject   | application/json | not json | 400 | body is not JSON (expected: an AdmissionReview of admission.k8s.io/v1)
          POST | /inject   | application/json | {} {}    | 400 | body is not JSON (expected: an AdmissionReview of admission.k8s.io/v1)
          POST | /inject   | application/json | []       | 400 | apiVersion:  (expected: admission.k8s.io/v1)
          POST | /inject   | application/json | {"apiVersion":"admission.k8s.io/v1beta1"} | 400 | apiVersion: admission.k8s.io/v1beta1 (expected: admission.k8s.io/v1)
          POST | /inject   | application/json | {"apiVersion":"admission.k8s.io/v1","kind":"Pod"} | 400 | kind: Pod (expected: AdmissionReview)
          POST | /inject   | application/json | {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"} | 400 | request.uid is missing (expected: a text)
          POST | /inject   | application/yaml | {}       | 415 | Content-Type: application/yaml (expected: application/json)
          PUT  | /inject   | application/json | {}       | 405 | PUT (expected: POST)
          POST | /injected | application/json | {}       | 404 | nothing is here (expected: /inject)
          POST | /         | application/json | {}       | 404 | nothing is here (expected: /inject)
          """)
  void whatIsNoReviewIsToldSo(
      String method, String path, String type, String body, int status, String text)
      throws Exception {
    var response = client.send(method, path, type, body.getBytes(StandardCharsets.UTF_8));
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.body()).isEqualTo(text + "\n");
    await().atMost(LONG).untilAsserted(() -> assertThat(outcomes).containsExactly(Outcome.BAD_REQUEST));
  }

  @Test
  void bodyOverTheLimitIsRefused() throws Exception {
    assertThat(client.post(new byte[7 * 1024 * 1024 + 1]).statusCode()).isEqualTo(413);
  }

  @Test
  void bugCostsTheOneRequest() throws Exception {
    var review = REVIEW.replace("\"1\"", "\"bug\"").getBytes(StandardCharsets.UTF_8);
    assertThat(client.post(review).statusCode()).isEqualTo(500);
    assertThat(client.post(REVIEW.getBytes(StandardCharsets.UTF_8)).statusCode()).isEqualTo(200);
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(outcomes)
                    .containsExactlyInAnyOrder(Outcome.FAILED, Outcome.UNCHANGED));
  }

  @Test
  void newCertificateIsShownToNewConnections() throws Exception {
    // Given
    var first = client.shown();
    // When
    var second = certificates.renew(keys);
    // Then
    assertThat(client.shown()).isEqualTo(second).isNotEqualTo(first);
  }

  @Test
  void whoeverTrustsAnotherAuthorityIsNotServed() throws Exception {
    var other = new TestClient(new TestCertificates().trusted(), server.port());
    assertThatThrownBy(() -> other.post(REVIEW.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IOException.class);
  }

  @Test
  void withoutACertificateNobodyIsServed() throws Exception {
    try (var without =
        WebhookServer.start(
            0,
            new ServingKeys().context(),
            request -> new Answer.Unchanged(""),
            WebhookListener.none())) {
      var early = new TestClient(certificates.trusted(), without.port());
      assertThatThrownBy(early::shown).isInstanceOf(IOException.class);
    }
  }

  @Test
  void plainHttpIsNotAnswered() throws Exception {
    try (var socket = new Socket("localhost", server.port())) {
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write("POST /inject HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(answer).doesNotContain("HTTP/1.1 200");
    }
    assertThat(outcomes).isEmpty();
  }

  @Test
  void portThatIsTakenIsNamed() {
    assertThatThrownBy(
            () ->
                WebhookServer.start(
                    server.port(),
                    keys.context(),
                    request -> new Answer.Unchanged(""),
                    WebhookListener.none()))
        .hasMessageStartingWith("port %d of webhook: ".formatted(server.port()));
  }
}
