package io.cloudstate.operator.reconcile;

import static org.awaitility.Awaitility.await;

import io.cloudstate.operator.crd.StatefulService;
import io.cloudstate.operator.crd.StatefulServiceStatus;
import io.cloudstate.operator.crd.StatefulStore;
import io.cloudstate.operator.desired.Platform;
import io.cloudstate.operator.reconcile.ReconcileListener.Outcome;
import io.cloudstate.operator.testing.OwnedKinds;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A controller at work, and what its user sees and does; with names that nobody else uses. */
final class Playground implements AutoCloseable, ReconcileListener {

  static final String NAMESPACE = "default";
  static final String IMAGE = "example.org/cloudstate-proxy:1.0";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  final KubernetesClient client;
  final Controller controller;
  final String name = "s" + UUID.randomUUID().toString().substring(0, 8);
  final String store = name + "-db";
  final String secret = name + "-user";
  private final List<Outcome> outcomes = new CopyOnWriteArrayList<>();

  Playground(KubernetesClient client, boolean secretsWatched, Set<String> namespaces) {
    this.client = client;
    this.controller =
        new Controller(
            client,
            new ControllerSettings(
                new Platform(IMAGE, true),
                namespaces,
                secretsWatched,
                2,
                Duration.ofMillis(150),
                Duration.ofMillis(50),
                Duration.ofMillis(500),
                Duration.ofSeconds(60),
                "test",
                Clock.systemUTC(),
                this));
  }

  static Playground started(KubernetesClient client) {
    var playground = new Playground(client, true, Set.of());
    playground.controller.start();
    return playground;
  }

  @Override
  public void reconciled(String kind, Outcome outcome, Duration duration) {
    if (kind.equals("StatefulService")) {
      outcomes.add(outcome);
    }
  }

  @Override
  public void queued(String kind, int length) {}

  @Override
  public void close() {
    controller.close();
  }

  List<Outcome> outcomes() {
    return List.copyOf(outcomes);
  }

  static void eventually(String what, BooleanSupplier condition) {
    await(what).atMost(PATIENCE).until(condition::getAsBoolean);
  }

  /** Waits for so many passes that end like that, from now on. */
  void passes(int count, Outcome outcome) {
    var before = outcomes.size();
    eventually(
        count + " passes " + outcome,
        () ->
            outcomes.subList(before, outcomes.size()).stream()
                    .filter(each -> each == outcome)
                    .count()
                >= count);
  }

  /** Waits until pass after pass finds nothing to do. */
  void settles() {
    eventually(
        "settled",
        () -> {
          var seen = outcomes.size();
          return seen >= 3
              && outcomes.subList(seen - 3, seen).stream().allMatch(Outcome.SETTLED::equals);
        });
  }

  /** Waits until pass after pass refuses it. */
  void settlesRefused() {
    eventually(
        "refused again and again",
        () -> {
          var seen = outcomes.size();
          return seen >= 3
              && outcomes.subList(seen - 3, seen).stream().allMatch(Outcome.REFUSED::equals);
        });
  }

  /** Somebody else says something about the service. */
  void foreignCondition(String type) {
    var context = PatchContext.of(PatchType.SERVER_SIDE_APPLY);
    context.setFieldManager("somebody");
    services()
        .subresource("status")
        .patch(
            context,
            """
            {"apiVersion": "cloudstate.io/v1alpha1", "kind": "StatefulService",
             "metadata": {"name": "%s", "namespace": "%s"},
             "status": {"conditions": [{"type": "%s", "status": "True", "reason": "Fine",
               "message": "", "lastTransitionTime": "2026-01-01T00:00:00Z"}]}}
            """
                .formatted(name, NAMESPACE, type));
  }

  void create(String yaml) {
    resource(yaml).create();
  }

  /** Applies as a user does; with $name, $store and $secret for what they are here. */
  void apply(String yaml) {
    resource(yaml).forceConflicts().serverSideApply();
  }

  private Resource<GenericKubernetesResource> resource(String yaml) {
    var text = yaml.replace("$name", name).replace("$store", store).replace("$secret", secret);
    var object =
        client.getKubernetesSerialization().unmarshal(text, GenericKubernetesResource.class);
    object.getMetadata().setNamespace(NAMESPACE);
    return client.resource(object).inNamespace(NAMESPACE);
  }

  void service(String spec) {
    apply(
        """
        apiVersion: cloudstate.io/v1alpha1
        kind: StatefulService
        metadata: {name: $name}
        spec: %s
        """
            .formatted(spec));
  }

  void store(String spec) {
    apply(
        """
        apiVersion: cloudstate.io/v1alpha1
        kind: StatefulStore
        metadata: {name: $store}
        spec: %s
        """
            .formatted(spec));
  }

  void secret(String data) {
    apply(
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: $secret}
        stringData: %s
        """
            .formatted(data));
  }

  Resource<GenericKubernetesResource> services() {
    return client
        .genericKubernetesResources(
            ResourceDefinitionContext.fromResourceType(StatefulService.class))
        .inNamespace(NAMESPACE)
        .withName(name);
  }

  StatefulService service() {
    return client
        .getKubernetesSerialization()
        .convertValue(services().get(), StatefulService.class);
  }

  StatefulStore store() {
    return client
        .getKubernetesSerialization()
        .convertValue(
            client
                .genericKubernetesResources(
                    ResourceDefinitionContext.fromResourceType(StatefulStore.class))
                .inNamespace(NAMESPACE)
                .withName(store)
                .get(),
            StatefulStore.class);
  }

  Optional<Condition> condition(String type) {
    // of the status alone: there may be more in the spec than can be read
    var status = services().get().getAdditionalProperties().get("status");
    return status == null
        ? Optional.empty()
        : client
            .getKubernetesSerialization()
            .convertValue(status, StatefulServiceStatus.class)
            .conditions()
            .stream()
            .filter(each -> each.getType().equals(type))
            .findFirst();
  }

  String messageOf(String type) {
    return condition(type).map(Condition::getMessage).orElse("");
  }

  /** Status and reason of a condition of the service: False SecretNotFound. */
  String is(String type) {
    return condition(type)
        .map(condition -> condition.getStatus() + " " + condition.getReason())
        .orElse("");
  }

  void becomes(String type, String statusAndReason) {
    eventually(type + " is " + statusAndReason, () -> is(type).equals(statusAndReason));
  }

  <T extends HasMetadata> T object(Class<T> type, String name) {
    return client.resources(type).inNamespace(NAMESPACE).withName(name).get();
  }

  Deployment deployment() {
    return object(Deployment.class, name);
  }

  private Stream<HasMetadata> owned() {
    return OwnedKinds.ALL.stream()
        .flatMap(
            kind ->
                client
                    .resources(kind)
                    .inNamespace(NAMESPACE)
                    .withLabel("cloudstate.io/stateful-service", name)
                    .list()
                    .getItems()
                    .stream());
  }

  /** Kinds and names of all objects of the service. */
  Set<String> objects() {
    return owned()
        .map(object -> object.getKind() + " " + object.getMetadata().getName())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The versions of all objects of the service and of itself. */
  Set<String> versions() {
    var versions =
        owned()
            .map(object -> object.getKind() + " " + object.getMetadata().getResourceVersion())
            .collect(Collectors.toCollection(TreeSet::new));
    versions.add("service " + services().get().getMetadata().getResourceVersion());
    return versions;
  }

  /** What the pods' controller would say. */
  void pods(int updated, int replicas, int available) {
    var deployment = deployment();
    deployment.setStatus(
        new DeploymentStatusBuilder()
            .withObservedGeneration(deployment.getMetadata().getGeneration())
            .withReplicas(replicas)
            .withUpdatedReplicas(updated)
            .withReadyReplicas(available)
            .withAvailableReplicas(available)
            .build());
    client.resource(deployment).updateStatus();
  }

  /** Changes an object as somebody else. */
  void patch(Class<? extends HasMetadata> type, String object, String manager, String merge) {
    var context = PatchContext.of(PatchType.JSON_MERGE);
    context.setFieldManager(manager);
    client.resources(type).inNamespace(NAMESPACE).withName(object).patch(context, merge);
  }

  /** Reasons of the Events about the service, each as often as there are any. */
  List<String> events() {
    return client.resources(Event.class).inNamespace(NAMESPACE).list().getItems().stream()
        .filter(event -> event.getRegarding().getName().equals(name))
        .map(event -> event.getReason() + ": " + event.getNote())
        .sorted()
        .toList();
  }
}
