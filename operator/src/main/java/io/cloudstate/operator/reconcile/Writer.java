package io.cloudstate.operator.reconcile;

import io.cloudstate.operator.desired.Warning;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Everything that the controller changes in the cluster, one request each. */
final class Writer {

  static final String FIELD_MANAGER = "cloudstate-operator";
  static final String STATUS_MANAGER = "cloudstate-operator-status";

  /** The object as it is now, and what the user should know of how it came to be. */
  record Written(HasMetadata object, List<Warning> warnings) {}

  private final KubernetesClient client;

  Writer(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Applies an object. What others made of our fields is taken back, and they are named; only the
   * number of pods is left to an autoscaler that scales the Deployment itself.
   */
  Written apply(HasMetadata wanted) {
    try {
      return new Written(apply(wanted, false), List.of());
    } catch (KubernetesClientException refusal) {
      var conflicts = Conflict.of(refusal);
      if (conflicts.isEmpty()) {
        throw refusal;
      }
      return applyDespite(conflicts, wanted);
    }
  }

  private Written applyDespite(List<Conflict> conflicts, HasMetadata wanted) {
    var scaler = scalerOf(conflicts, wanted);
    if (scaler.isEmpty()) {
      return new Written(
          apply(wanted, true), conflicts.stream().map(each -> takenBack(each, wanted)).toList());
    }
    var others =
        conflicts.stream().filter(each -> !each.field().equals(Conflict.REPLICAS)).toList();
    var warnings = new ArrayList<Warning>();
    warnings.add(leftTo(scaler.get(), wanted));
    others.forEach(each -> warnings.add(takenBack(each, wanted)));
    var without =
        new DeploymentBuilder((Deployment) wanted).editSpec().withReplicas(null).endSpec().build();
    return new Written(apply(without, !others.isEmpty()), warnings);
  }

  private Optional<String> scalerOf(List<Conflict> conflicts, HasMetadata wanted) {
    if (!(wanted instanceof Deployment)
        || conflicts.stream().noneMatch(each -> each.field().equals(Conflict.REPLICAS))) {
      return Optional.empty();
    }
    return client
        .autoscaling()
        .v2()
        .horizontalPodAutoscalers()
        .inNamespace(wanted.getMetadata().getNamespace())
        .list()
        .getItems()
        .stream()
        .filter(
            scaler -> {
              var target = scaler.getSpec().getScaleTargetRef();
              return target.getKind().equals(wanted.getKind())
                  && target.getName().equals(wanted.getMetadata().getName());
            })
        .map(scaler -> scaler.getMetadata().getName())
        .findFirst();
  }

  private static Warning takenBack(Conflict conflict, HasMetadata wanted) {
    return new Warning(
        "FieldTakenBack",
        "%s of %s was changed by %s and is set again (expected: changes of the StatefulService only)"
            .formatted(conflict.field(), Ref.of(wanted), conflict.manager()));
  }

  private static Warning leftTo(String scaler, HasMetadata wanted) {
    return new Warning(
        "ScaledByAnother",
        "HorizontalPodAutoscaler %s scales %s, whose replicas are left to it (expected: a target of kind StatefulService, or autoscaling of the StatefulService)"
            .formatted(scaler, Ref.of(wanted)));
  }

  private HasMetadata apply(HasMetadata wanted, boolean isForced) {
    return client.resource(wanted).patch(context(FIELD_MANAGER, isForced), wanted);
  }

  /** An object of that kind and name, whoever made it. */
  @Nullable HasMetadata read(HasMetadata object) {
    return client.resource(object).get();
  }

  /** Deletes an object if it is still as it was seen; if it is not, its watch tells what it is. */
  void remove(HasMetadata seen) {
    try {
      client.resource(seen).lockResourceVersion(seen.getMetadata().getResourceVersion()).delete();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT || isAs(seen)) {
        throw e;
      }
    }
  }

  private boolean isAs(HasMetadata seen) {
    var now = read(seen);
    return now != null
        && now.getMetadata().getResourceVersion().equals(seen.getMetadata().getResourceVersion());
  }

  /** Applies the status, alone, and returns the resource; conditions of others stay. */
  GenericKubernetesResource applyStatus(
      Class<? extends HasMetadata> type, GenericKubernetesResource resource, Object status) {
    var metadata = resource.getMetadata();
    var patch = new LinkedHashMap<String, Object>();
    patch.put("apiVersion", resource.getApiVersion());
    patch.put("kind", resource.getKind());
    patch.put(
        "metadata",
        Map.of(
            "name", metadata.getName(),
            "namespace", metadata.getNamespace(),
            "uid", metadata.getUid()));
    patch.put("status", status);
    return client
        .genericKubernetesResources(ResourceDefinitionContext.fromResourceType(type))
        .inNamespace(metadata.getNamespace())
        .withName(metadata.getName())
        .subresource("status")
        .patch(context(STATUS_MANAGER, true), client.getKubernetesSerialization().asJson(patch));
  }

  void create(HasMetadata object) {
    client.resource(object).create();
  }

  private static PatchContext context(String manager, boolean isForced) {
    var context = PatchContext.of(PatchType.SERVER_SIDE_APPLY);
    context.setFieldManager(manager);
    context.setForce(isForced);
    return context;
  }
}
