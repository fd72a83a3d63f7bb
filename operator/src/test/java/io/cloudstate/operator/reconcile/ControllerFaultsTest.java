package io.cloudstate.operator.reconcile;

import static io.cloudstate.operator.reconcile.Playground.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cloudstate.operator.apiserver.ApiServer;
import io.cloudstate.operator.apiserver.Request;
import io.cloudstate.operator.desired.Platform;
import io.cloudstate.operator.reconcile.ReconcileListener.Outcome;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the controller makes of an API server that fails it, and how little it asks of it. */
class ControllerFaultsTest {

  private static final String PLAIN = "{containers: [{name: f, image: 'example.org/f:1'}]}";

  private ApiServer server;
  private KubernetesClient client;
  private Playground it;

  @BeforeEach
  void start() {
    server = ApiServer.start();
    client = server.client();
    it = Playground.started(client);
  }

  @AfterEach
  void stop() {
    it.close();
    client.close();
    server.close();
  }

  @Test
  void nothingIsAskedOnceAllIsThere() {
    // Given
    it.service(PLAIN);
    it.settles();
    var before = server.requests().size();
    // When
    it.passes(5, Outcome.SETTLED);
    // Then
    assertThat(server.requests().subList(before, server.requests().size())).isEmpty();
  }

  @Test
  void aServiceIsMadeWithOneWriteForEachObjectAndFewOfItsStatus() {
    // When
    it.service(PLAIN);
    it.becomes("Ready", "False Unavailable");
    it.settles();
    // Then
    var own =
        server.writes().stream()
            .filter(request -> "cloudstate-operator".equals(request.query().get("fieldManager")))
            .map(Request::path)
            .toList();
    assertThat(own).hasSize(7).doesNotHaveDuplicates();
    assertThat(server.writes())
        .filteredOn(request -> request.path().endsWith("/status"))
        .hasSizeLessThanOrEqualTo(2);
  }

  @Test
  void anotherProcessFindsNothingToChange() {
    // Given
    it.service(PLAIN);
    it.settles();
    var versions = it.versions();
    it.close();
    // When
    try (var next = new Playground(client, true, Set.of())) {
      next.controller.start();
      next.settles();
    }
    // Then
    assertThat(it.versions()).isEqualTo(versions);
  }

  @Test
  void twoControllersDoNotFight() {
    // Given
    try (var other = new Playground(client, true, Set.of())) {
      other.controller.start();
      it.service(PLAIN);
      it.becomes("Ready", "False Unavailable");
      it.services().scale(2);
      eventually("scaled", () -> it.deployment().getSpec().getReplicas() == 2);
      // When
      it.settles();
      other.settles();
      var writes = server.writes().size();
      it.passes(3, Outcome.SETTLED);
      other.passes(3, Outcome.SETTLED);
      // Then
      assertThat(server.writes()).hasSize(writes);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {409, 429, 500, 503})
  void whatFailsIsTriedAgainUntilItIsDone(int code) {
    // Given
    server.fail(ControllerFaultsTest::isOfTheOperator, 5, code, "Other", "planted");
    // When
    it.service(PLAIN);
    // Then
    it.becomes("Ready", "False Unavailable");
    eventually("all is there", () -> it.objects().size() == 7);
    it.settles();
    assertThat(it.is("Progressing")).isEqualTo("True RollingOut");
    assertThat(it.outcomes()).contains(Outcome.FAILED);
  }

  private static boolean isOfTheOperator(Request request) {
    return request.query().getOrDefault("fieldManager", "").startsWith("cloudstate-operator");
  }

  @Test
  void whatFailsForLongIsACondition() {
    // Given
    server.fail(
        request -> request.isWrite() && request.isAbout("deployments"),
        1_000_000,
        500,
        "InternalError",
        "failed calling webhook");
    // When
    it.service(PLAIN);
    // Then
    it.becomes("Progressing", "False ApplyFailed");
    assertThat(it.condition("Ready").orElseThrow().getMessage())
        .isEqualTo("Deployment %s: failed calling webhook".formatted(it.name));
    eventually("it is told", () -> !it.events().isEmpty());
    // When
    server.failNoMore();
    // Then
    it.becomes("Ready", "False Unavailable");
    assertThat(it.events()).hasSize(1);
  }

  @Test
  void failuresOfEventsAndOfTheStatusDoNotKeepObjectsFromBeingMade() {
    // Given
    server.fail(request -> request.isAbout("events"), 1_000_000, 403, "Forbidden", "planted");
    server.fail(request -> request.path().endsWith("/status"), 3, 500, "Other", "planted");
    // When
    it.service("{containers: [{name: f, image: i, ports: [{containerPort: 8013}]}]}");
    // Then
    eventually("all is there", () -> it.objects().size() == 7);
    it.becomes("Ready", "False Unavailable");
    it.settles();
  }

  @Test
  void whatChangesWhileItIsRemovedIsLookedAtAgainAndNothingHasFailed() throws Exception {
    // Given
    it.service(PLAIN);
    it.settles();
    Predicate<Request> removal =
        request -> request.method().equals("DELETE") && request.isAbout("networkpolicies");
    var hold = server.hold(removal);
    // When
    it.service(
        "{containers: [{name: f, image: 'example.org/f:1'}], networkPolicy: {enabled: false}}");
    assertThat(hold.reached().await(30, TimeUnit.SECONDS)).isTrue();
    it.patch(
        NetworkPolicy.class, it.name, "somebody", "{\"metadata\": {\"labels\": {\"a\": \"b\"}}}");
    hold.letGo();
    // Then
    eventually("removed", () -> it.object(NetworkPolicy.class, it.name) == null);
    it.settles();
    assertThat(server.writes()).filteredOn(removal).hasSize(2);
    assertThat(it.outcomes()).doesNotContain(Outcome.FAILED);
  }

  @Test
  void whatChangedWhileNoWatchWasOpenIsSeen() {
    // Given
    it.service(PLAIN);
    it.settles();
    // When
    server.fail(Request::isWatch, 40, 503, "ServiceUnavailable", "planted");
    server.dropWatches();
    it.services().scale(3);
    client.services().inNamespace(Playground.NAMESPACE).withName(it.name).delete();
    // Then
    eventually("scaled", () -> it.deployment().getSpec().getReplicas() == 3);
    eventually("there again", () -> it.object(Service.class, it.name) != null);
    it.settles();
    assertThat(it.controller.isAlive()).isTrue();
  }

  @Test
  void watchesThatAreToldToBeTooOldBeginAnew() {
    // Given
    it.service(PLAIN);
    it.settles();
    // When
    server.expireWatches();
    server.dropWatches();
    it.services().scale(3);
    // Then
    eventually("scaled", () -> it.deployment().getSpec().getReplicas() == 3);
    server.sendBookmarks();
    server.expireWatches();
    it.services().scale(4);
    eventually("scaled again", () -> it.deployment().getSpec().getReplicas() == 4);
    it.settles();
  }

  @Test
  void aSlowAnswerHoldsUpItsOwnServiceAloneAndThatIsNeverWorkedOnTwice() throws Exception {
    // Given
    var hold =
        server.hold(
            request ->
                "cloudstate-operator".equals(request.query().get("fieldManager"))
                    && request.path().endsWith("/deployments/" + it.name));
    it.service(PLAIN);
    assertThat(hold.reached().await(60, TimeUnit.SECONDS)).isTrue();
    // When
    it.services().scale(2);
    it.services().scale(3);
    try (var other = new Playground(client, true, Set.of())) {
      other.service(PLAIN); // by the one controller that runs
      other.becomes("Ready", "False Unavailable");
    }
    // Then
    assertThat(hold.held()).isEqualTo(1);
    hold.letGo();
    eventually(
        "the last one counts",
        () -> it.deployment() != null && it.deployment().getSpec().getReplicas() == 3);
  }

  @Test
  void replicasAreLeftToAnAutoscalerOfTheDeployment() {
    // Given
    it.service(PLAIN);
    it.settles();
    it.create(
        """
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: {name: $name-foreign}
        spec:
          maxReplicas: 9
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: $name}
        """);
    // When
    it.patch(
        io.fabric8.kubernetes.api.model.apps.Deployment.class,
        it.name,
        "kube-controller-manager",
        "{\"spec\": {\"replicas\": 5}}");
    eventually("it is told", () -> !it.events().isEmpty());
    it.service("{containers: [{name: f, image: 'example.org/f:2'}]}");
    // Then
    eventually(
        "the rest is ours",
        () ->
            it.deployment().getSpec().getTemplate().getSpec().getContainers().stream()
                .anyMatch(container -> "example.org/f:2".equals(container.getImage())));
    it.settles();
    assertThat(it.deployment().getSpec().getReplicas()).isEqualTo(5);
    assertThat(it.events()).allMatch(event -> event.startsWith("ScaledByAnother: "));
  }

  @Test
  void replicasThatSomebodyScaledByHandAreSetAgain() {
    // Given
    it.service(PLAIN);
    it.settles();
    // When
    client.apps().deployments().inNamespace(Playground.NAMESPACE).withName(it.name).scale(5);
    // Then
    eventually("set again", () -> it.deployment().getSpec().getReplicas() == 1);
    eventually("it is told", () -> !it.events().isEmpty());
  }

  @Test
  void ofSomeNamespacesNothingElseIsAsked() {
    try (var other = ApiServer.start();
        var own = other.client();
        var some = new Playground(own, true, Set.of("default", "shop"))) {
      // When
      some.controller.start();
      some.service(PLAIN);
      some.becomes("Ready", "False Unavailable");
      assertThat(some.controller.isSynced()).isTrue();
      // Then
      assertThat(other.requests().stream().map(Request::path))
          .contains("/api/v1/namespaces/shop/secrets")
          .allMatch(
              path ->
                  path.contains("/namespaces/default/")
                      || path.contains("/namespaces/shop/")
                      || path.matches("/api/v1|/apis/[^/]+/[^/]+"));
    }
  }

  @Test
  void withoutTheRightToSecretsNothingIsAskedOfThem() {
    // Given: a server that the controller of the other tests has never seen
    try (var fresh = ApiServer.start();
        var freshClient = fresh.client();
        var blind = new Playground(freshClient, false, Set.of())) {
      // When
      blind.controller.start();
      blind.store("{postgres: {host: db, credentials: {secret: {name: $secret}}}}");
      blind.service(
          "{containers: [{name: f, image: i}], storeConfig: {statefulStore: {name: $store}}}");
      // Then
      blind.becomes("StoreReady", "True StoreFound");
      eventually("objects", () -> blind.deployment() != null);
      assertThat(fresh.requests()).isNotEmpty().noneMatch(request -> request.isAbout("secrets"));
    }
  }

  @Test
  void aControllerWithoutWatchesOrWithAPassThatHangsIsNotAlive() throws Exception {
    // Given
    it.close();
    try (var controller = new Controller(client, impatient())) {
      assertThat(controller.isAlive()).isFalse();
      controller.start();
      eventually("synced", controller::isSynced);
      isWell(controller);
      // When
      var hold = server.hold(request -> request.isWrite() && request.isAbout("configmaps"));
      it.service(PLAIN);
      assertThat(hold.reached().await(60, TimeUnit.SECONDS)).isTrue();
      // Then
      ails(controller, "a pass over a StatefulService takes longer than PT1S");
      hold.letGo();
      isWell(controller);
      // When
      server.fail(request -> !request.isWrite(), 1_000_000, 503, "ServiceUnavailable", "planted");
      server.dropWatches();
      // Then
      ails(controller, "no watch of statefulservices");
      server.failNoMore();
      isWell(controller);
    }
  }

  private static void isWell(Controller controller) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(controller.ailment()).isEmpty());
  }

  private static void ails(Controller controller, String ailment) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(controller.ailment().orElse("none")).startsWith(ailment));
  }

  private static ControllerSettings impatient() {
    return new ControllerSettings(
        new Platform(Playground.IMAGE, true),
        Set.of(),
        true,
        1,
        Duration.ofMinutes(1),
        Duration.ofMillis(50),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        "test",
        Clock.systemUTC(),
        ReconcileListener.none());
  }

  @Test
  void passesBeginWhenAllIsListedAndEndWithTheController() {
    // Given
    it.close();
    server.fail(
        request -> request.isAbout("deployments") && !request.isWrite(),
        3,
        500,
        "Other",
        "planted");
    try (var next = new Playground(client, true, Set.of())) {
      next.service(PLAIN);
      next.controller.start();
      next.becomes("Ready", "False Unavailable");
      next.settles();
      next.controller.close();
      assertThat(next.controller.isAlive()).isFalse();
      // When
      eventually("all workers have ended", () -> workers() == 0);
      next.services().scale(7);
      // Then
      assertThat(next.deployment().getSpec().getReplicas()).isEqualTo(1);
    }
  }

  private static long workers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("StatefulService-"))
        .count();
  }

  @Test
  void aServiceThatIsDeletedIsForgotten() {
    // Given
    it.service(PLAIN);
    it.settles();
    // When
    it.services().delete();
    // Then
    eventually("forgotten", () -> it.outcomes().contains(Outcome.GONE));
    eventually("nothing is left", () -> it.objects().isEmpty());
    it.service(PLAIN);
    it.becomes("Ready", "False Unavailable");
    eventually("all is there again", () -> it.objects().size() == 7);
  }
}
