package io.cloudstate.operator.reconcile;

import com.fasterxml.jackson.databind.JsonMappingException;
import io.cloudstate.operator.desired.Problem;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A custom resource as its record, or without its spec if that cannot be read. Informers keep them
 * undecoded: what one user wrote into a container, of which the schema does not tell all, must not
 * keep the others from being listed.
 */
record Decoded<T extends CustomResource<?, ?>>(T resource, Optional<String> mistake) {

  static <T extends CustomResource<?, ?>> Decoded<T> of(
      GenericKubernetesResource raw, Class<T> type, KubernetesSerialization serialization) {
    try {
      return new Decoded<>(serialization.convertValue(raw, type), Optional.empty());
    } catch (IllegalArgumentException e) {
      var rest = new GenericKubernetesResource();
      rest.setApiVersion(raw.getApiVersion());
      rest.setKind(raw.getKind());
      rest.setMetadata(raw.getMetadata());
      if (raw.getAdditionalProperties().containsKey("status")) {
        rest.setAdditionalProperty("status", raw.getAdditionalProperties().get("status"));
      }
      return new Decoded<>(
          serialization.convertValue(rest, type),
          Optional.of(pathOf(e) + ": cannot be read (expected: a value as Kubernetes defines it)"));
    }
  }

  Optional<Problem> problem(String condition, String reason) {
    return mistake.map(message -> new Problem(condition, reason, message));
  }

  private static String pathOf(IllegalArgumentException failure) {
    if (!(failure.getCause() instanceof JsonMappingException mapping)) {
      return "spec";
    }
    return mapping.getPath().stream()
        .map(
            step ->
                step.getFieldName() == null
                    ? "[" + step.getIndex() + "]"
                    : "." + step.getFieldName())
        .collect(Collectors.joining())
        .replaceFirst("^\\.", "");
  }
}
