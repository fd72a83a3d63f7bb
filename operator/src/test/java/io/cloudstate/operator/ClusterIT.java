package io.cloudstate.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cloudstate.operator.apiserver.Audit;
import io.cloudstate.operator.apiserver.RealCluster;
import io.cloudstate.operator.chart.Installation;
import io.cloudstate.operator.crd.StatefulService;
import io.cloudstate.operator.testing.OwnedKinds;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The operator where everything but the nodes is real: API server, controllers of Kubernetes, Helm,
 * and the rights of the chart's service account.
 */
@Timeout(600)
@TestInstance(Lifecycle.PER_CLASS)
class ClusterIT {

  private static final Duration LONG = Duration.ofSeconds(90);

  private static final List<Class<? extends HasMetadata>> ALL =
      Stream.concat(OwnedKinds.ALL.stream(), Stream.of(ReplicaSet.class, Pod.class)).toList();

  /** What a patch that makes an object needs besides, and no request shows. */
  private static final String CREATE = " create";

  /** What references to owners take, and what is handed on to proxies; no request shows them. */
  private static final Set<String> UNSEEN =
      Set.of("cloudstate.io/statefulservices/finalizers update", "/pods get");

  /** What it has a role of its own for, by name. */
  private static final String OF_THE_WEBHOOK =
      "admissionregistration.k8s.io/mutatingwebhookconfigurations ";

  private final Path directory;
  private @Nullable RealCluster started;
  private RealCluster cluster;
  private KubernetesClient client;
  private @Nullable RunningOperator operator;

  ClusterIT(@TempDir Path directory) {
    this.directory = directory;
  }

  @BeforeEach
  void startCluster() {
    var running = started;
    if (running == null) {
      running = RealCluster.start(directory);
      started = running;
      createNamespaces(running.client());
      new Installation(running.kubeConfig()).install(List.of());
    }
    cluster = running;
    client = running.client();
  }

  private static void createNamespaces(KubernetesClient client) {
    for (var name : List.of("shop", "other")) {
      client
          .resource(
              new NamespaceBuilder()
                  .withNewMetadata()
                  .withName(name)
                  .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                  .endMetadata()
                  .build())
          .create();
    }
  }

  @AfterEach
  void stopOperator() {
    if (operator != null) {
      operator.close();
      operator = null;
    }
  }

  @AfterAll
  void stopCluster() {
    if (started != null) {
      started.close();
    }
  }

  private void install(String... settings) throws Exception {
    new Installation(cluster.kubeConfig()).replace(List.of(settings));
    var starting = RunningOperator.of(cluster);
    operator = starting;
    await().atMost(LONG).until(starting::isLeading);
  }

  private Audit audit() {
    return cluster.audit(Installation.NAMESPACE, Installation.NAME);
  }

  private void create(String sample, String namespace) throws IOException {
    var file = Path.of("..", "deploy", "samples", sample);
    try (var yaml = Files.newInputStream(file)) {
      client.load(yaml).inNamespace(namespace).serverSideApply();
    }
  }

  private Resource<StatefulService> service(String namespace, String name) {
    return client.resources(StatefulService.class).inNamespace(namespace).withName(name);
  }

  private String ready(String namespace, String name) {
    return service(namespace, name).get().getStatus() == null
        ? ""
        : service(namespace, name).get().getStatus().conditions().stream()
            .filter(condition -> condition.getType().equals("Ready"))
            .findFirst()
            .map(ClusterIT::text)
            .orElse("");
  }

  private static String text(Condition condition) {
    return condition.getStatus() + " " + condition.getReason();
  }

  private <T extends HasMetadata> List<T> labelled(
      Class<T> kind, String namespace, String service) {
    return client
        .resources(kind)
        .inNamespace(namespace)
        .withLabel("cloudstate.io/stateful-service", service)
        .list()
        .getItems();
  }

  private List<Pod> pods(String namespace, String service) {
    return labelled(Pod.class, namespace, service);
  }

  private Set<String> objects(String namespace, String service) {
    var objects = new TreeSet<String>();
    for (var kind : ALL) {
      for (HasMetadata object : labelled(kind, namespace, service)) {
        objects.add(object.getKind() + " " + object.getMetadata().getName());
      }
    }
    return objects;
  }

  private void until(Callable<Boolean> condition) throws Exception {
    try {
      await().atMost(LONG).until(condition);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("What is there:%n%s".formatted(cluster.everything()), e);
    }
  }

  private void patch(String name, String merge) {
    service("shop", name).patch(PatchContext.of(PatchType.JSON_MERGE), merge);
  }

  @Test
  void inAllNamespacesItDoesWhatItMayAndNothingElse() throws Exception {
    // Given
    var before = audit();
    install("webhook.enabled=true");
    // When, Then
    aServiceRollsOut();
    itScales();
    anAutoscalerScalesIt();
    whatItOwnsAndDoesNotWantIsRemoved();
    aPodOfOnesOwnGetsTheProxy();
    itIsGoneWithAllThatItHad();
    // Then
    var audit = audit().since(before);
    assertThat(audit.refused()).isEmpty();
    assertThat(audit.usesOutside(Installation.NAMESPACE))
        .filteredOn(use -> !use.endsWith(CREATE) && !use.startsWith(OF_THE_WEBHOOK))
        .as("what it does")
        .containsExactlyElementsOf(granted());
  }

  private void aServiceRollsOut() throws Exception {
    // When
    cluster.nodes().down();
    create("shopping-cart-on-postgres.yaml", "shop");
    // Then
    until(() -> pods("shop", "shopping-cart").size() == 3);
    until(() -> ready("shop", "shopping-cart").equals("False Unavailable"));
    // When
    cluster.nodes().up();
    // Then
    until(() -> ready("shop", "shopping-cart").equals("True Ready"));
    var status = service("shop", "shopping-cart").get().getStatus();
    assertThat(List.of(status.replicas(), status.availableReplicas())).containsExactly(3, 3);
  }

  private void itScales() throws Exception {
    // When
    service("shop", "shopping-cart").scale(5);
    // Then
    until(() -> pods("shop", "shopping-cart").size() == 5);
  }

  /** That of Kubernetes, which writes replicas of the service. */
  private void anAutoscalerScalesIt() throws Exception {
    // When
    patch("shopping-cart", "{\"spec\": {\"autoscaling\": {\"minReplicas\": 6}}}");
    // Then
    until(() -> service("shop", "shopping-cart").get().getSpec().replicas() == 6);
    until(() -> pods("shop", "shopping-cart").size() == 6);
    until(() -> ready("shop", "shopping-cart").equals("True Ready"));
    assertThat(objects("shop", "shopping-cart"))
        .filteredOn(object -> object.startsWith("ReplicaSet"))
        .as("scaling rolls nothing")
        .hasSize(1);
  }

  private void whatItOwnsAndDoesNotWantIsRemoved() {
    // Given
    var wanted = objects("shop", "shopping-cart");
    // When
    for (var kind : OwnedKinds.ALL) {
      client.resource(copyOf(kind)).create();
    }
    // Then
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(objects("shop", "shopping-cart"))
                    .containsExactlyInAnyOrderElementsOf(wanted));
  }

  /** Of the service's first object of a kind, owned by it too. */
  private HasMetadata copyOf(Class<? extends HasMetadata> kind) {
    HasMetadata original = labelled(kind, "shop", "shopping-cart").get(0);
    var metadata = original.getMetadata();
    original.setMetadata(
        new ObjectMetaBuilder()
            .withName("copy")
            .withNamespace("shop")
            .withLabels(metadata.getLabels())
            .withOwnerReferences(metadata.getOwnerReferences())
            .build());
    if (original instanceof Service service) {
      service.getSpec().setClusterIP(null);
      service.getSpec().setClusterIPs(null);
    }
    return original;
  }

  private void aPodOfOnesOwnGetsTheProxy() throws Exception {
    // Given
    create("shopping-cart-in-memory.yaml", "other");
    // When
    client.resource(deploymentOfOnesOwn()).create();
    // Then
    until(() -> pods("other", "my-cart").size() == 1);
    var pod = pods("other", "my-cart").get(0).getSpec();
    assertThat(pod.getInitContainers())
        .singleElement()
        .satisfies(
            proxy -> {
              assertThat(proxy.getName()).isEqualTo("cloudstate-sidecar");
              assertThat(proxy.getRestartPolicy()).isEqualTo("Always");
            });
    assertThat(pod.getContainers().get(0).getEnv())
        .anySatisfy(variable -> assertThat(variable.getName()).isEqualTo("PORT"));
    client.apps().deployments().inNamespace("other").withName("my-cart").delete();
  }

  private void itIsGoneWithAllThatItHad() throws Exception {
    for (var namespace : List.of("shop", "other")) {
      // When
      service(namespace, "shopping-cart").delete();
      // Then
      until(() -> objects(namespace, "shopping-cart").isEmpty());
    }
  }

  /** What the chart grants and requests show. */
  private Set<String> granted() {
    return client.rbac().clusterRoles().withName(Installation.NAME).get().getRules().stream()
        .flatMap(
            rule ->
                rule.getResources().stream()
                    .flatMap(
                        resource ->
                            rule.getVerbs().stream()
                                .map(
                                    verb ->
                                        rule.getApiGroups().get(0) + "/" + resource + " " + verb)))
        .filter(use -> !use.endsWith(CREATE) && !UNSEEN.contains(use))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void ofSomeNamespacesItDoesTheSameThereAndMayDoNothingElsewhere() throws Exception {
    // Given
    var before = audit();
    install("watchNamespaces={shop}");
    // When
    create("chat.yaml", "other");
    create("chat.yaml", "shop");
    // Then
    until(() -> ready("shop", "chat").equals("True Ready"));
    assertThat(objects("other", "chat")).isEmpty();
    var audit = audit().since(before);
    assertThat(audit.refused()).isEmpty();
    assertThat(audit.namespaces()).isSubsetOf("", "shop", Installation.NAMESPACE);
    assertThat(allowed("other")).isEmpty();
    assertThat(allowed("shop")).isNotEmpty();
    service("shop", "chat").delete();
    service("other", "chat").delete();
    until(() -> objects("shop", "chat").isEmpty());
  }

  /** Of all that it may do where it works. */
  private List<String> allowed(String namespace) {
    var allowed = new ArrayList<String>();
    var rules =
        client.rbac().roles().inNamespace("shop").withName(Installation.NAME).get().getRules();
    for (var rule : rules) {
      for (var resource : rule.getResources()) {
        for (var verb : rule.getVerbs()) {
          var review =
              new SubjectAccessReviewBuilder()
                  .withNewSpec()
                  .withUser(
                      "system:serviceaccount:%s:%s"
                          .formatted(Installation.NAMESPACE, Installation.NAME))
                  .withNewResourceAttributes()
                  .withNamespace(namespace)
                  .withGroup(rule.getApiGroups().get(0))
                  .withResource(resource)
                  .withVerb(verb)
                  .endResourceAttributes()
                  .endSpec()
                  .build();
          if (client
              .authorization()
              .v1()
              .subjectAccessReview()
              .create(review)
              .getStatus()
              .getAllowed()) {
            allowed.add(resource + " " + verb);
          }
        }
      }
    }
    return allowed;
  }

  private static Deployment deploymentOfOnesOwn() {
    return new DeploymentBuilder()
        .withNewMetadata()
        .withName("my-cart")
        .withNamespace("other")
        .endMetadata()
        .withNewSpec()
        .withReplicas(1)
        .withNewSelector()
        .addToMatchLabels("cloudstate.io/stateful-service", "my-cart")
        .endSelector()
        .withNewTemplate()
        .withNewMetadata()
        .withLabels(
            Map.of("cloudstate.io/enabled", "true", "cloudstate.io/stateful-service", "my-cart"))
        .withAnnotations(
            Map.of("cloudstate.io/stateful-store", "memory", "cloudstate.io/replicas", "1"))
        .endMetadata()
        .withNewSpec()
        .withServiceAccountName("my-cart")
        .withNewSecurityContext()
        .withRunAsNonRoot(true)
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .endSecurityContext()
        .addNewContainer()
        .withName("user-function")
        .withImage("localhost/function:1")
        .withNewSecurityContext()
        .withAllowPrivilegeEscalation(false)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .endSecurityContext()
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }
}
