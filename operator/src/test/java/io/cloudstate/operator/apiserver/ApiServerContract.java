package io.cloudstate.operator.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What the operator relies on in an API server, asked of ours and, where there is one, of a real.
 */
abstract class ApiServerContract {

  private static final String NAMESPACE = "default";
  private final String name = "x" + UUID.randomUUID().toString().substring(0, 8);

  abstract KubernetesClient client();

  @Test
  void applyingTheSameAgainChangesNothing() {
    // Given
    var first = apply(configMap(Map.of("a", "1")), "one", false);
    // When
    var second = apply(configMap(Map.of("a", "1")), "one", false);
    // Then
    assertThat(second.getMetadata().getResourceVersion())
        .isEqualTo(first.getMetadata().getResourceVersion());
    assertThat(second.getMetadata().getManagedFields()).hasSize(1);
  }

  @Test
  void whatIsAppliedNoMoreGoesAndWhatOthersGaveStays() {
    // Given
    apply(configMap(Map.of("a", "1", "b", "2")), "one", false);
    apply(configMap(Map.of("b", "2", "c", "3")), "two", false);
    // When
    var result = apply(configMap(Map.of("d", "4")), "one", false);
    // Then
    assertThat(result.getData()).isEqualTo(Map.of("b", "2", "c", "3", "d", "4"));
  }

  @Test
  void whatAnotherManagerChangedIsAConflictThatNamesFieldAndManager() {
    // Given
    apply(configMap(Map.of("a", "1")), "one", false);
    var changed = update(configMap(Map.of("a", "other")), "someone");
    // Then
    assertThat(fieldsOf(changed, "one")).doesNotContain("f:a");
    var refusal =
        catchThrowableOfType(
            KubernetesClientException.class,
            () -> apply(configMap(Map.of("a", "1")), "one", false));
    assertThat(refusal.getCode()).isEqualTo(409);
    assertThat(refusal.getStatus().getDetails().getCauses())
        .singleElement()
        .satisfies(
            cause -> {
              assertThat(cause.getReason()).isEqualTo("FieldManagerConflict");
              assertThat(cause.getField()).isEqualTo(".data.a");
              assertThat(cause.getMessage()).startsWith("conflict with \"someone\"");
            });
    // When
    var forced = apply(configMap(Map.of("a", "1")), "one", true);
    // Then
    assertThat(forced.getData()).isEqualTo(Map.of("a", "1"));
    assertThat(fieldsOf(forced, "one")).contains("f:a");
    assertThat(fieldsOf(forced, "someone")).doesNotContain("f:a");
  }

  @Test
  void itemsOfListsAreMergedByTheirKeys() {
    // Given
    apply(deployment(3, "function", "image:1"), "one", false);
    apply(deployment(null, "injected", "other:1"), "two", false);
    // When
    var result = apply(deployment(3, "function", "image:2"), "one", false);
    // Then
    assertThat(result.getSpec().getTemplate().getSpec().getContainers())
        .extracting("name", "image")
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("function", "image:2"),
            org.assertj.core.groups.Tuple.tuple("injected", "other:1"));
  }

  @Test
  void defaultsBelongToNobody() {
    // When
    var result = apply(deployment(3, "function", "image:1"), "one", false);
    // Then
    assertThat(result.getSpec().getProgressDeadlineSeconds()).isEqualTo(600);
    assertThat(fieldsOf(result, "one"))
        .contains("f:replicas")
        .doesNotContain("f:progressDeadlineSeconds");
  }

  @Test
  void generationCountsChangesOfTheSpecAndStatusIsApart() {
    // Given
    var created = apply(deployment(1, "function", "image:1"), "one", false);
    created.setStatus(new DeploymentStatusBuilder().withReplicas(7).build());
    created.getSpec().setReplicas(5);
    // When
    client().resource(created).updateStatus();
    // Then
    var updated = client().resource(created).get();
    assertThat(updated.getStatus().getReplicas()).isEqualTo(7);
    assertThat(updated.getSpec().getReplicas()).isEqualTo(1);
    assertThat(updated.getMetadata().getGeneration()).isEqualTo(1);
    var scaled = apply(deployment(2, "function", "image:1"), "one", true);
    assertThat(scaled.getMetadata().getGeneration()).isEqualTo(2);
    assertThat(scaled.getStatus().getReplicas()).isEqualTo(7);
  }

  @Test
  void anUpdateOfAnOldVersionIsAConflict() {
    // Given
    var lease =
        client()
            .resource(
                new LeaseBuilder()
                    .withNewMetadata()
                    .withName(name)
                    .withNamespace(NAMESPACE)
                    .endMetadata()
                    .withNewSpec()
                    .withHolderIdentity("one")
                    .endSpec()
                    .build())
            .create();
    var ofOne = new LeaseBuilder(lease).editSpec().withHolderIdentity("two").endSpec().build();
    client().resource(ofOne).update();
    // When
    var ofTwo = new LeaseBuilder(lease).editSpec().withHolderIdentity("three").endSpec().build();
    // Then
    assertCode(409, () -> client().resource(ofTwo).lockResourceVersion().update());
    assertThat(client().resource(lease).get().getSpec().getHolderIdentity()).isEqualTo("two");
  }

  @Test
  void whatIsThereCannotBeCreatedAndWhatChangedIsNotDeleted() {
    // Given
    var first = client().resource(configMap(Map.of("a", "1"))).create();
    // Then
    assertCode(409, () -> client().resource(configMap(Map.of("a", "1"))).create());
    apply(configMap(Map.of("b", "1")), "one", false);
    assertCode(409, () -> client().resource(first).lockResourceVersion().delete());
    client().resource(first).delete();
    assertThat(client().resource(first).get()).isNull();
  }

  @Test
  void watchersSeeWhatCameAfterAndLoseWhatIsSelectedNoMore() throws Exception {
    // Given
    var first = apply(configMap(Map.of("a", "1")), "one", false);
    var events = new LinkedBlockingQueue<String>();
    try (var watch =
        client()
            .configMaps()
            .inNamespace(NAMESPACE)
            .withLabel("selected", name)
            .withResourceVersion(first.getMetadata().getResourceVersion())
            .watch(recording(events))) {
      // When
      apply(labelled(Map.of("a", "2")), "one", false);
      apply(labelled(Map.of("a", "3")), "one", false);
      apply(configMap(Map.of("a", "4")), "one", false);
      // Then
      assertThat(watch).isNotNull();
      for (var expected : List.of("ADDED 2", "MODIFIED 3", "DELETED")) {
        assertThat(events.poll(30, TimeUnit.SECONDS)).startsWith(expected);
      }
    }
  }

  @Test
  void aServiceIsScaledByItsSubresource() {
    // Given
    var services =
        client()
            .genericKubernetesResources("cloudstate.io/v1alpha1", "StatefulService")
            .inNamespace(NAMESPACE);
    services.resource(statefulService()).create();
    // When
    services.withName(name).scale(4);
    // Then
    var scaled = services.withName(name).get();
    assertThat((Integer) scaled.get("spec", "replicas")).isEqualTo(4);
    assertThat(scaled.getMetadata().getGeneration()).isEqualTo(2);
  }

  @Test
  void aStatusIsAppliedAloneAndTakesOnlyTheConditionsOfItsManager() {
    // Given
    var services =
        client()
            .genericKubernetesResources("cloudstate.io/v1alpha1", "StatefulService")
            .inNamespace(NAMESPACE);
    services.resource(statefulService()).create();
    // When
    applyStatus("one", "Ready", "first");
    applyStatus("two", "Audited", "second");
    applyStatus("one", "Ready", "third");
    // Then
    var conditions =
        services.withName(name).get().<List<Map<String, Object>>>get("status", "conditions");
    assertThat(conditions)
        .extracting(condition -> condition.get("type") + " " + condition.get("reason"))
        .containsExactlyInAnyOrder("Ready third", "Audited second");
    assertThat((Integer) services.withName(name).get().get("spec", "replicas")).isEqualTo(1);
  }

  @Test
  void aResourceThatBreaksARuleOfItsSchemaIsRefused() {
    var service = statefulService();
    service.setAdditionalProperty(
        "spec",
        Map.of("containers", List.of(Map.of("name", "f")), "datastore", Map.of("name", "pg")));
    assertThatThrownBy(
            () ->
                client()
                    .genericKubernetesResources("cloudstate.io/v1alpha1", "StatefulService")
                    .inNamespace(NAMESPACE)
                    .resource(service)
                    .create())
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("use storeConfig.statefulStore.name");
  }

  private void applyStatus(String manager, String type, String reason) {
    var context = PatchContext.of(PatchType.SERVER_SIDE_APPLY);
    context.setFieldManager(manager);
    context.setForce(true);
    client()
        .genericKubernetesResources("cloudstate.io/v1alpha1", "StatefulService")
        .inNamespace(NAMESPACE)
        .withName(name)
        .subresource("status")
        .patch(
            context,
            """
            {"apiVersion": "cloudstate.io/v1alpha1", "kind": "StatefulService",
             "metadata": {"name": "%s", "namespace": "%s"},
             "status": {"conditions": [{"type": "%s", "status": "True", "reason": "%s",
               "message": "", "lastTransitionTime": "2026-01-01T00:00:00Z"}]}}
            """
                .formatted(name, NAMESPACE, type, reason));
  }

  private GenericKubernetesResource statefulService() {
    var service = new GenericKubernetesResource();
    service.setApiVersion("cloudstate.io/v1alpha1");
    service.setKind("StatefulService");
    service.setMetadata(configMap(Map.of()).getMetadata());
    service.setAdditionalProperty(
        "spec", Map.of("containers", List.of(Map.of("name", "f", "image", "i"))));
    return service;
  }

  private static Watcher<ConfigMap> recording(BlockingQueue<String> events) {
    return new Watcher<>() {
      @Override
      public void eventReceived(Action action, ConfigMap resource) {
        events.add(action + (action == Action.DELETED ? "" : " " + resource.getData().get("a")));
      }

      @Override
      public void onClose(WatcherException cause) {
        events.add("closed by " + cause);
      }
    };
  }

  private static void assertCode(int code, Runnable request) {
    assertThat(catchThrowableOfType(KubernetesClientException.class, request::run).getCode())
        .isEqualTo(code);
  }

  private ConfigMap configMap(Map<String, String> data) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(NAMESPACE)
        .endMetadata()
        .withData(data)
        .build();
  }

  private ConfigMap labelled(Map<String, String> data) {
    return new ConfigMapBuilder(configMap(data))
        .editMetadata()
        .addToLabels("selected", name)
        .endMetadata()
        .build();
  }

  private Deployment deployment(@Nullable Integer replicas, String container, String image) {
    return new DeploymentBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(NAMESPACE)
        .endMetadata()
        .withNewSpec()
        .withReplicas(replicas)
        .withNewSelector()
        .addToMatchLabels("app", name)
        .endSelector()
        .withNewTemplate()
        .withNewMetadata()
        .addToLabels("app", name)
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName(container)
        .withImage(image)
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }

  private <T extends HasMetadata> T apply(T object, String manager, boolean isForced) {
    var context = PatchContext.of(PatchType.SERVER_SIDE_APPLY);
    context.setFieldManager(manager);
    context.setForce(isForced);
    return client().resource(object).patch(context, object);
  }

  private ConfigMap update(ConfigMap object, String manager) {
    var context = PatchContext.of(PatchType.JSON_MERGE);
    context.setFieldManager(manager);
    return client()
        .resource(object)
        .patch(context, "{\"data\": {\"a\": \"%s\"}}".formatted(object.getData().get("a")));
  }

  private static String fieldsOf(HasMetadata object, String manager) {
    return object.getMetadata().getManagedFields().stream()
        .filter(entry -> entry.getManager().equals(manager))
        .map(entry -> entry.getFieldsV1().getAdditionalProperties().toString())
        .findFirst()
        .orElse("");
  }
}
