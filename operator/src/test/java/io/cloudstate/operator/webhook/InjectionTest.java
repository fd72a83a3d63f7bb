package io.cloudstate.operator.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cloudstate.operator.certificates.TestCertificates;
import io.cloudstate.operator.crd.Schema;
import io.cloudstate.operator.crd.StatefulStore;
import io.cloudstate.operator.desired.Platform;
import io.cloudstate.operator.testing.Golden;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.zjsonpatch.JsonPatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Golden cases, by TLS: {@code in-pod.yaml}, {@code in-store.yaml} and {@code in-cluster.yaml} of a
 * folder give its {@code out-response.yaml}. With {@code -Dgolden.update=true} these are written
 * anew. Of operator.md 14, gaps 1 (opt-in by label, creation alone), 2 (contact points follow the
 * size), 8 (which port is the function's), 15 (a refusal says what to change) and 23.
 */
class InjectionTest {

  private static final Path CASES = Path.of("src", "test", "resources", "webhook");
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final TestCertificates CERTIFICATES = new TestCertificates();
  private static volatile Case current = new Case(CASES, Golden.YAML.createObjectNode());
  private static WebhookServer server;
  private static TestClient client;

  /** A case's cluster. */
  private record Case(Path folder, JsonNode cluster) implements Lookup {

    static Case of(Path folder) throws IOException {
      return new Case(folder, read(folder.resolve("in-cluster.yaml")));
    }

    PodAdmission admission() {
      var watched = new HashSet<String>();
      cluster.path("watched").forEach(name -> watched.add(name.asText()));
      return new PodAdmission(
          this,
          new Platform(
              "registry.example/proxy:1.0", cluster.path("nativeSidecars").asBoolean(true)),
          watched);
    }

    @Override
    public Optional<StatefulStore> store(String namespace, String name) {
      assertThat(namespace).isEqualTo("shop");
      if (cluster.path("isDown").asBoolean()) {
        throw new KubernetesClientException("connection refused");
      }
      try {
        var store = read(folder.resolve("in-store.yaml"));
        if (store.isEmpty() || !store.at("/metadata/name").asText().equals(name)) {
          return Optional.empty();
        }
        Schema.of("statefulstores").withDefaults(store);
        return Optional.of(Golden.YAML.treeToValue(store, StatefulStore.class));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public boolean hasService(String namespace, String name) {
      for (var service : cluster.path("services")) {
        if (service.asText().equals(name)) {
          return true;
        }
      }
      return false;
    }
  }

  private static ObjectNode read(Path file) throws IOException {
    return Files.exists(file)
        ? (ObjectNode) Golden.YAML.readTree(file.toFile())
        : Golden.YAML.createObjectNode();
  }

  static List<Path> cases() throws IOException {
    try (var entries = Files.list(CASES)) {
      return entries.sorted().toList();
    }
  }

  @BeforeAll
  static void serve() throws Exception {
    server =
        WebhookServer.start(
            0,
            CERTIFICATES.forLocalhost().context(),
            request -> current.admission().answer(request),
            WebhookListener.none());
    client = new TestClient(CERTIFICATES.trusted(), server.port());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static byte[] review(JsonNode pod, String operation, boolean isDryRun) {
    var review =
        JSON.createObjectNode()
            .put("apiVersion", "admission.k8s.io/v1")
            .put("kind", "AdmissionReview");
    var request = review.putObject("request").put("uid", "705ab4f5-6393-11e8-b7cc-42010a800002");
    request.putObject("kind").put("group", "").put("version", "v1").put("kind", "Pod");
    request.putObject("resource").put("group", "").put("version", "v1").put("resource", "pods");
    request
        .put("namespace", "shop")
        .put("operation", operation)
        .put("dryRun", isDryRun)
        .set("object", pod);
    request.putObject("userInfo").put("username", "system:serviceaccount:kube-system:replicaset");
    return review.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static ObjectNode answer(JsonNode pod, Case given, boolean isDryRun) throws Exception {
    current = given;
    var response =
        client.post(review(pod, given.cluster().path("operation").asText("CREATE"), isDryRun));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    var review = (ObjectNode) JSON.readTree(response.body());
    var patch = review.at("/response/patch");
    if (!patch.isMissingNode()) {
      ((ObjectNode) review.get("response"))
          .set("patch", JSON.readTree(Base64.getDecoder().decode(patch.asText())));
    }
    return review;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void answerIsAsInTheGoldenFile(Path folder) throws Exception {
    // Given
    var given = Case.of(folder);
    var file = folder.resolve("out-response.yaml");
    // When
    var actual =
        Golden.YAML.writeValueAsString(answer(read(folder.resolve("in-pod.yaml")), given, false));
    // Then
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(file, actual);
    }
    assertThat(actual)
        .as(file + "; update it with -Dgolden.update=true")
        .isEqualTo(Files.readString(file));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void dryRunIsAnsweredTheSame(Path folder) throws Exception {
    var pod = read(folder.resolve("in-pod.yaml"));
    var given = Case.of(folder);
    assertThat(answer(pod, given, true)).isEqualTo(answer(pod, given, false));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void patchedPodIsPatchedNoMore(Path folder) throws Exception {
    // Given
    var pod = read(folder.resolve("in-pod.yaml"));
    var given = Case.of(folder);
    var patch = answer(pod, given, false).at("/response/patch");
    if (patch.isMissingNode()) {
      return;
    }
    // When
    var patched = JsonPatch.apply(patch, pod);
    // Then
    assertThat(answer(patched, given, false).get("response").has("patch")).isFalse();
  }

  /**
   * What the model of the library does not know, or writes otherwise, is the user's all the same.
   */
  @Test
  void whatIsTheUsersStaysByteForByte() throws Exception {
    // Given
    var folder = CASES.resolve("deployment");
    var pod = read(folder.resolve("in-pod.yaml"));
    // When
    var patched = JsonPatch.apply(answer(pod, Case.of(folder), false).at("/response/patch"), pod);
    // Then
    assertThat(patched.at("/spec/aFieldOfTomorrow").asText()).isEqualTo("stays");
    assertThat(patched.at("/spec/containers/0")).isEqualTo(pod.at("/spec/containers/0"));
    assertThat(patched.at("/spec/containers/1/aFieldOfTomorrow").asText()).isEqualTo("stays");
    assertThat(patched.at("/spec/containers/1/resources/requests/cpu").asText()).isEqualTo("0.10");
    assertThat(patched.at("/spec/initContainers/0")).isEqualTo(pod.at("/spec/initContainers/0"));
    assertThat(patched.at("/metadata/ownerReferences"))
        .isEqualTo(pod.at("/metadata/ownerReferences"));
  }
}
