package io.cloudstate.operator.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the operator may do, compared with what it does. */
class RightsTest {

  private static final Set<String> SEEN = Set.of("get", "list", "watch");
  private static final Set<String> KEPT =
      Set.of("get", "list", "watch", "create", "patch", "delete");

  /** By group and resource; who adds a call to the operator adds it here and to the chart. */
  private static final Map<String, Set<String>> OF_SERVICES =
      Map.ofEntries(
          Map.entry("cloudstate.io/statefulservices", SEEN),
          Map.entry("cloudstate.io/statefulstores", SEEN),
          Map.entry("cloudstate.io/statefulservices/status", Set.of("patch")),
          Map.entry("cloudstate.io/statefulstores/status", Set.of("patch")),
          Map.entry("cloudstate.io/statefulservices/finalizers", Set.of("update")),
          Map.entry("apps/deployments", KEPT),
          Map.entry("/services", KEPT),
          Map.entry("/configmaps", KEPT),
          Map.entry("rbac.authorization.k8s.io/roles", KEPT),
          Map.entry("rbac.authorization.k8s.io/rolebindings", KEPT),
          Map.entry("/serviceaccounts", KEPT),
          Map.entry("autoscaling/horizontalpodautoscalers", KEPT),
          Map.entry("policy/poddisruptionbudgets", KEPT),
          Map.entry("networking.k8s.io/networkpolicies", KEPT),
          Map.entry("/pods", SEEN),
          Map.entry("events.k8s.io/events", Set.of("create")),
          Map.entry("/secrets", Set.of("list", "watch")));

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{watchNamespaces: [shop]}"})
  void operatorMayDoWhatItDoesAndNothingElse(String values) {
    assertThat(ofServices(Chart.objects(values))).isEqualTo(new TreeMap<>(OF_SERVICES));
  }

  @Test
  void secretsAreNotItsBusinessUnlessWatched() {
    assertThat(ofServices(Chart.objects("{watchSecrets: false}"))).doesNotContainKey("/secrets");
  }

  /** Rules that concern the operator's own namespace, or its webhook, by the name of their role. */
  @Test
  void itsOwnObjectsAreNamedWhereverTheyCanBe() {
    // When
    var objects = Chart.objects("{webhook: {enabled: true}}");
    // Then
    assertThat(rules(Chart.one(objects, "Role", "cloudstate-operator-self")))
        .extracting(RightsTest::text)
        .containsExactly(
            "coordination.k8s.io/leases [] create",
            "coordination.k8s.io/leases [cloudstate-operator] get patch update",
            "/secrets [] create",
            "/secrets [cloudstate-operator-webhook] get update");
    assertThat(rules(Chart.one(objects, "ClusterRole", "cloudstate-operator-webhook")))
        .extracting(RightsTest::text)
        .containsExactly(
            "admissionregistration.k8s.io/mutatingwebhookconfigurations [cloudstate-operator] get patch");
  }

  @Test
  void certificatesOfOthersTakeNoRights() {
    // When
    var objects = Chart.objects("{webhook: {enabled: true, certificates: cert-manager}}");
    // Then
    assertThat(rules(Chart.one(objects, "Role", "cloudstate-operator-self"))).hasSize(2);
    assertThat(Chart.ofKind(objects, "ClusterRole"))
        .extracting(Manifests::id)
        .doesNotContain("ClusterRole/cloudstate-operator-webhook");
  }

  @Test
  void withNamespacesNothingIsReachedBeyondThem() {
    // When
    var objects = Chart.objects("{watchNamespaces: [shop, chat], rbac: {aggregate: false}}");
    // Then
    assertThat(Chart.ofKind(objects, "ClusterRole")).isEmpty();
    assertThat(Chart.ofKind(objects, "ClusterRoleBinding")).isEmpty();
    assertThat(Chart.ofKind(objects, "RoleBinding"))
        .extracting(Manifests::id)
        .containsExactlyInAnyOrder(
            "RoleBinding/shop/cloudstate-operator",
            "RoleBinding/chat/cloudstate-operator",
            "RoleBinding/cloudstate-system/cloudstate-operator-self");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{webhook: {enabled: true}}", "{watchNamespaces: [shop]}"})
  void nothingIsGrantedByAsterisk(String values) {
    assertThat(roles(Chart.objects(values)).flatMap(role -> rules(role).stream()))
        .allSatisfy(
            rule -> {
              assertThat(rule.getVerbs()).doesNotContain("*", "escalate", "bind", "impersonate");
              assertThat(rule.getResources()).doesNotContain("*");
              assertThat(rule.getApiGroups()).doesNotContain("*");
            });
  }

  @Test
  void everyObjectOfServicesCanBeKept() throws IOException {
    for (var object : objectsOfServices()) {
      var resource = group(object) + "/" + object.getPlural();
      assertThat(OF_SERVICES.get(resource)).as(resource).containsAll(KEPT);
    }
  }

  /** Which an API server checks: nobody grants what they lack. */
  @Test
  void whatTheProxiesAreGrantedTheOperatorHas() throws IOException {
    var granted =
        objectsOfServices().stream()
            .filter(object -> object instanceof Role)
            .flatMap(role -> ((Role) role).getRules().stream())
            .toList();
    assertThat(granted).isNotEmpty();
    for (var rule : granted) {
      for (var resource : rule.getResources()) {
        assertThat(OF_SERVICES.get(rule.getApiGroups().get(0) + "/" + resource))
            .containsAll(rule.getVerbs());
      }
    }
  }

  private static List<HasMetadata> objectsOfServices() throws IOException {
    try (var files = Files.walk(Path.of("src", "test", "resources", "desired"))) {
      return files
          .filter(file -> file.getFileName().toString().matches("out-(?!result).*\\.yaml"))
          .map(RightsTest::read)
          .toList();
    }
  }

  private static HasMetadata read(Path file) {
    try {
      return Manifests.strictly(Manifests.in(file).get(0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String group(HasMetadata object) {
    var version = object.getApiVersion();
    return version.contains("/") ? version.substring(0, version.indexOf('/')) : "";
  }

  /**
   * The rules about services, stores and what belongs to them; as often as there are namespaces.
   */
  static Map<String, Set<String>> ofServices(List<ObjectNode> objects) {
    var verbs = new TreeMap<String, Set<String>>();
    roles(objects)
        .filter(role -> role.at("/metadata/name").asText().equals(Chart.NAME))
        .flatMap(role -> rules(role).stream())
        .forEach(
            rule -> {
              assertThat(rule.getResourceNames()).isEmpty();
              for (var resource : rule.getResources()) {
                assertThat(
                        verbs.put(
                            rule.getApiGroups().get(0) + "/" + resource,
                            Set.copyOf(rule.getVerbs())))
                    .as(resource)
                    .isNull();
              }
            });
    return verbs;
  }

  private static Stream<ObjectNode> roles(List<ObjectNode> objects) {
    return objects.stream().filter(object -> object.get("kind").asText().endsWith("Role"));
  }

  private static List<PolicyRule> rules(JsonNode role) {
    var read = Manifests.strictly(role);
    return read instanceof Role namespaced
        ? namespaced.getRules()
        : ((ClusterRole) read).getRules();
  }

  private static String text(PolicyRule rule) {
    return rule.getApiGroups().get(0)
        + "/"
        + String.join(",", rule.getResources())
        + " "
        + rule.getResourceNames()
        + " "
        + String.join(" ", new TreeSet<>(rule.getVerbs()));
  }
}
