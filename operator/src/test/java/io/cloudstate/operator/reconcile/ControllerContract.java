package io.cloudstate.operator.reconcile;

import static io.cloudstate.operator.reconcile.Playground.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.operator.reconcile.ReconcileListener.Outcome;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What users see of the controller, on our API server and, where there is one, on a real one. */
abstract class ControllerContract {

  private static final String PLAIN = "{containers: [{name: f, image: 'example.org/f:1'}]}";
  private static final String WITH_STORE =
      "{containers: [{name: f, image: 'example.org/f:1'}],"
          + " storeConfig: {statefulStore: {name: $store}}}";
  private static final String POSTGRES =
      "{postgres: {host: db, credentials: {secret: {name: $secret}}}}";

  private Playground it;

  abstract KubernetesClient client();

  @BeforeEach
  void start() {
    it = Playground.started(client());
  }

  @AfterEach
  void stop() {
    if (it != null) { // not if the test is skipped
      it.services().delete();
      it.close();
    }
  }

  @Test
  void aServiceGetsItsObjectsAndSaysHowFarItIs() {
    // When
    it.service(PLAIN);
    // Then
    it.becomes("Ready", "False Unavailable");
    assertThat(it.objects())
        .containsExactly(
            "ConfigMap " + it.name + "-cloudstate",
            "Deployment " + it.name,
            "NetworkPolicy " + it.name,
            "Role " + it.name + "-cloudstate",
            "RoleBinding " + it.name + "-cloudstate",
            "Service " + it.name,
            "ServiceAccount " + it.name + "-cloudstate");
    var status = it.service().getStatus();
    assertThat(status.observedGeneration()).isEqualTo(1);
    assertThat(status.selector()).isEqualTo("cloudstate.io/stateful-service=" + it.name);
    assertThat(status.proxyImage()).isEqualTo(Playground.IMAGE);
    assertThat(status.conditions())
        .extracting(Condition::getType)
        .containsExactly("Available", "ConfigValid", "Progressing", "Ready", "StoreReady");
    assertThat(it.deployment().getMetadata().getOwnerReferences())
        .singleElement()
        .satisfies(
            owner ->
                assertThat(owner.getUid()).isEqualTo(it.services().get().getMetadata().getUid()));
    assertThat(it.services().get().getMetadata().getGeneration())
        .as("nobody changed the user's spec")
        .isEqualTo(1);
  }

  @Test
  void nothingIsWrittenOnceAllIsThere() {
    // Given
    it.service(PLAIN);
    it.becomes("Ready", "False Unavailable");
    it.settles();
    var versions = it.versions();
    // When
    it.passes(5, Outcome.SETTLED);
    // Then
    assertThat(it.versions()).isEqualTo(versions);
    assertThat(it.events()).isEmpty();
  }

  @Test
  void theStatusFollowsThePods() {
    it.service("{replicas: 2, containers: [{name: f, image: 'example.org/f:1'}]}");
    it.becomes("Ready", "False Unavailable");
    var unavailable = it.condition("Ready").orElseThrow().getLastTransitionTime();
    it.pods(2, 2, 1);
    it.becomes("Ready", "False PartiallyReady");
    assertThat(it.is("Available")).isEqualTo("True Available");
    assertThat(it.condition("Ready").orElseThrow().getLastTransitionTime())
        .as("when the status changed, not the text")
        .isEqualTo(unavailable);
    it.pods(2, 2, 2);
    it.becomes("Ready", "True Ready");
    assertThat(it.is("Progressing")).isEqualTo("False RolledOut");
    var status = it.service().getStatus();
    assertThat(status.summary()).isEqualTo("Ready");
    assertThat(List.of(status.replicas(), status.availableReplicas())).containsExactly(2, 2);
    it.pods(1, 3, 2);
    it.becomes("Ready", "False UpdateInProgress");
    assertThat(it.service().getStatus().replicas()).isEqualTo(3);
  }

  @Test
  void whatSomebodyChangedIsSetAgainAndToldOnce() {
    // Given
    it.service(PLAIN);
    it.settles();
    // When
    it.patch(
        Role.class,
        it.name + "-cloudstate",
        "intruder",
        "{\"rules\": [{\"verbs\": [\"*\"],"
            + " \"apiGroups\": [\"\"], \"resources\": [\"pods\"]}]}");
    // Then
    eventually(
        "rules are set again",
        () ->
            it.object(Role.class, it.name + "-cloudstate")
                .getRules()
                .get(0)
                .getVerbs()
                .equals(List.of("get", "list", "watch")));
    eventually("it is told", () -> !it.events().isEmpty());
    assertThat(it.events())
        .containsExactly(
            "FieldTakenBack: .rules of Role %s-cloudstate was changed by intruder and is set again (expected: changes of the StatefulService only)"
                .formatted(it.name));
  }

  @Test
  void whatSomebodyDeletedIsThereAgain() {
    // Given
    it.service(PLAIN);
    it.settles();
    var before = it.object(Service.class, it.name).getMetadata().getUid();
    // When
    client().services().inNamespace(Playground.NAMESPACE).withName(it.name).delete();
    // Then
    eventually(
        "another one",
        () -> {
          var service = it.object(Service.class, it.name);
          return service != null && !service.getMetadata().getUid().equals(before);
        });
  }

  @Test
  void whatOthersAddedStays() {
    // Given
    it.service(PLAIN);
    it.settles();
    // When
    it.patch(
        Deployment.class,
        it.name,
        "kubectl-rollout",
        """
        {"metadata": {"annotations": {"team": "a"}},
         "spec": {"template": {"metadata": {"annotations":
            {"kubectl.kubernetes.io/restartedAt": "2026-01-01T00:00:00Z"}}}}}
        """);
    it.service("{replicas: 3, containers: [{name: f, image: 'example.org/f:2'}]}");
    // Then
    eventually("changed", () -> it.deployment().getSpec().getReplicas() == 3);
    it.settles();
    assertThat(it.deployment().getMetadata().getAnnotations()).containsEntry("team", "a");
    assertThat(it.deployment().getSpec().getTemplate().getMetadata().getAnnotations())
        .containsKey("kubectl.kubernetes.io/restartedAt");
    assertThat(it.events()).isEmpty();
  }

  @Test
  void scalingTheServiceScalesItsDeploymentAndIsNeverUndone() {
    // Given
    it.service(PLAIN);
    it.settles();
    var template = it.deployment().getSpec().getTemplate();
    // When
    it.services().scale(3);
    // Then
    eventually("scaled", () -> it.deployment().getSpec().getReplicas() == 3);
    it.settles();
    assertThat((Integer) it.services().get().get("spec", "replicas")).isEqualTo(3);
    assertThat(it.deployment().getSpec().getTemplate()).as("no roll-out").isEqualTo(template);
    assertThat(it.object(ConfigMap.class, it.name + "-cloudstate").getData()).containsValue("2");
  }

  @Test
  void aChangeOfTheStoreOrOfItsSecretRollsOut() {
    // Given
    it.store(POSTGRES);
    it.secret("{username: u, password: p}");
    it.service(
        "{containers: [{name: f, image: 'example.org/f:1'}], update: {onSecretChange: true},"
            + " storeConfig: {statefulStore: {name: $store}}}");
    eventually("objects", () -> it.deployment() != null);
    it.settles();
    var first = it.deployment().getSpec().getTemplate();
    // When
    it.store("{postgres: {host: other, credentials: {secret: {name: $secret}}}}");
    // Then
    eventually("rolls out", () -> !it.deployment().getSpec().getTemplate().equals(first));
    it.settles();
    var second = it.deployment().getSpec().getTemplate();
    // When
    it.secret("{username: u, password: other}");
    // Then
    eventually("rolls out again", () -> !it.deployment().getSpec().getTemplate().equals(second));
  }

  @Test
  void whatIsWantedNoMoreIsRemovedButOnlyOurs() {
    // Given
    it.service(
        "{containers: [{name: f, image: 'example.org/f:1', resources: {requests: {cpu: 100m}}}],"
            + " autoscaling: {enabled: true}}");
    eventually("scaler", () -> it.object(HorizontalPodAutoscaler.class, it.name) != null);
    it.create(
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: $name-other, labels: {cloudstate.io/stateful-service: $name}}
        """);
    // When
    it.service(
        "{containers: [{name: f, image: 'example.org/f:1', resources: {requests: {cpu: 100m}}}],"
            + " autoscaling: {enabled: false}, networkPolicy: {enabled: false}}");
    // Then
    eventually(
        "removed",
        () ->
            it.object(HorizontalPodAutoscaler.class, it.name) == null
                && !it.objects().contains("NetworkPolicy " + it.name));
    it.settles();
    assertThat(it.objects()).contains("ConfigMap " + it.name + "-other", "Deployment " + it.name);
  }

  @Test
  void aMissingStoreIsAConditionUntilItIsThere() {
    // When
    it.service(WITH_STORE);
    // Then
    it.becomes("StoreReady", "False StoreNotFound");
    assertThat(it.is("Ready")).isEqualTo("False StoreNotFound");
    assertThat(it.service().getStatus().observedGeneration()).isEqualTo(1);
    assertThat(it.objects()).isEmpty();
    eventually("it is told", () -> !it.events().isEmpty());
    assertThat(it.events())
        .containsExactly(
            "StoreNotFound: StatefulStore %s does not exist (expected: in the same namespace)"
                .formatted(it.store));
    // When
    it.store("{inMemory: true}");
    // Then
    it.becomes("StoreReady", "True StoreFound");
    eventually("objects", () -> it.deployment() != null);
    assertThat(it.events()).hasSize(1);
  }

  @Test
  void aMissingOrWrongSecretIsAConditionUntilItIsRight() {
    // When
    it.store(POSTGRES);
    it.service(WITH_STORE);
    // Then
    it.becomes("StoreReady", "False SecretNotFound");
    // When
    it.secret("{username: u}");
    // Then
    it.becomes("StoreReady", "False SecretKeyMissing");
    assertThat(it.condition("StoreReady").orElseThrow().getMessage())
        .isEqualTo(
            "Secret %s has no key password (expected: username, password)".formatted(it.secret));
    assertThat(it.deployment()).isNull();
    // When
    it.secret("{username: u, password: p}");
    // Then
    it.becomes("StoreReady", "True StoreFound");
    eventually("objects", () -> it.deployment() != null);
  }

  @Test
  void aSecretThatAStoreIsBoundToHasToSayAllOfTheServer() {
    // When
    it.store("{postgres: {binding: {secret: {name: $secret}}}}");
    it.service(WITH_STORE);
    // Then
    it.becomes("StoreReady", "False SecretNotFound");
    // When
    it.secret("{host: h, username: u, password: p}");
    // Then
    it.becomes("StoreReady", "False SecretKeyMissing");
    assertThat(it.messageOf("StoreReady"))
        .isEqualTo(
            "Secret %s has no key dbname (expected: host, dbname, username, password)"
                .formatted(it.secret));
    // When
    it.secret("{host: h, dbname: d, username: u, password: p}");
    // Then
    it.becomes("StoreReady", "True StoreFound");
    eventually("objects", () -> it.deployment() != null);
  }

  @Test
  void aServiceThatRunsIsLeftAsItIsWhileItsSpecIsRefused() {
    // Given
    it.service(PLAIN);
    eventually("objects", () -> it.deployment() != null);
    it.pods(1, 1, 1);
    it.becomes("Ready", "True Ready");
    var generation = it.deployment().getMetadata().getGeneration();
    // When
    it.service(
        "{containers: [{name: f, image: 'example.org/f:2', ports: [{containerPort: 8013}]},"
            + " {name: g, image: 'example.org/g:1', ports: [{containerPort: 8013}]}]}");
    // Then
    it.becomes("ConfigValid", "False ReservedPort");
    assertThat(it.is("Ready")).isEqualTo("False ReservedPort");
    assertThat(it.is("Available")).isEqualTo("True Available");
    assertThat(it.deployment().getMetadata().getGeneration()).isEqualTo(generation);
    eventually("it is told", () -> it.events().size() == 1);
    it.settlesRefused();
    assertThat(it.events()).hasSize(1);
  }

  @Test
  void aSuspendedServiceIsLeftAsItIsUntilItIsToGoOn() {
    // Given
    it.service(PLAIN);
    it.settles();
    // When
    it.service("{suspend: true, containers: [{name: f, image: 'example.org/f:2'}]}");
    // Then
    it.becomes("Progressing", "False Suspended");
    assertThat(it.is("Ready")).isEqualTo("False Suspended");
    it.settlesRefused();
    assertThat(it.deployment().getMetadata().getGeneration()).isEqualTo(1);
    // When
    it.service("{containers: [{name: f, image: 'example.org/f:2'}]}");
    // Then
    eventually("changed", () -> it.deployment().getMetadata().getGeneration() == 2);
    it.becomes("Progressing", "True RollingOut");
  }

  @Test
  void whatCannotBeReadIsRefusedAndDoesNotKeepOthersWaiting() {
    // Given
    it.service("{containers: [{name: f, image: 'example.org/f:1', resources: all}]}");
    eventually("it is told", () -> !it.events().isEmpty());
    assertThat(it.events().get(0)).startsWith("Unreadable: spec.containers[0].resources: ");
    assertThat(it.messageOf("ConfigValid"))
        .startsWith("spec.containers[0].resources: cannot be read");
    // When
    try (var other = new Playground(client(), true, Set.of())) {
      other.service(PLAIN); // by the one controller that runs
      // Then
      other.becomes("Ready", "False Unavailable");
      other.services().delete();
    }
    it.service(PLAIN);
    it.becomes("ConfigValid", "True Valid");
  }

  @Test
  void whatTheApiServerRefusesIsAConditionWithItsWords() {
    // When
    it.service("{containers: [{name: f}]}");
    // Then
    it.becomes("Progressing", "False ObjectRefused");
    assertThat(it.condition("Ready").orElseThrow().getMessage())
        .startsWith("Deployment " + it.name)
        .contains("image", "Required value");
    eventually("it is told", () -> !it.events().isEmpty());
    // When
    it.service(PLAIN);
    // Then
    it.becomes("Ready", "False Unavailable");
    it.settles();
    assertThat(it.is("Progressing")).isEqualTo("True RollingOut");
  }

  @Test
  void objectsOfOthersAreNeverTouched() {
    // Given
    it.create(
        """
        apiVersion: v1
        kind: Service
        metadata: {name: $name}
        spec: {ports: [{port: 1234}]}
        """);
    var version = it.object(Service.class, it.name).getMetadata().getResourceVersion();
    // When
    it.service(PLAIN);
    // Then
    it.becomes("ConfigValid", "False NotOwned");
    assertThat(it.objects()).isEmpty();
    assertThat(it.object(Service.class, it.name).getMetadata().getResourceVersion())
        .isEqualTo(version);
    // When
    client().services().inNamespace(Playground.NAMESPACE).withName(it.name).delete();
    // Then
    it.becomes("ConfigValid", "True Valid");
    eventually("objects", () -> it.objects().contains("Service " + it.name));
  }

  @Test
  void conditionsOfOthersStay() {
    // Given
    it.service(PLAIN);
    it.settles();
    // When
    it.foreignCondition("Audited");
    it.pods(1, 1, 1);
    // Then
    it.becomes("Ready", "True Ready");
    assertThat(it.is("Audited")).isEqualTo("True Fine");
    it.settles();
  }

  @Test
  void aStoreKnowsWhoUsesItAndWhetherItCanBeUsed() {
    // When
    it.store("{cassandra: {host: c}}");
    it.service(WITH_STORE);
    // Then
    eventually(
        "store is refused",
        () ->
            it.store().getStatus() != null
                && "StoreNotSupported".equals(it.store().getStatus().summary())
                && Integer.valueOf(1).equals(it.store().getStatus().services()));
    it.becomes("StoreReady", "False StoreNotSupported");
    assertThat(it.store().getStatus().conditions())
        .extracting(condition -> condition.getType() + " " + condition.getStatus())
        .containsExactly("InUse True", "Ready False");
    // When
    it.service(PLAIN);
    // Then
    eventually("unused", () -> Integer.valueOf(0).equals(it.store().getStatus().services()));
  }
}
