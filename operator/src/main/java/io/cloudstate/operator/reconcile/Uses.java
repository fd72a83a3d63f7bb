package io.cloudstate.operator.reconcile;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which other objects a resource names; read from what is there, whatever else is wrong with it.
 */
final class Uses {

  private Uses() {}

  static Optional<String> storeOf(GenericKubernetesResource service) {
    return text(service, "spec", "storeConfig", "statefulStore", "name");
  }

  static List<String> secretsOfService(GenericKubernetesResource service) {
    return text(service, "spec", "storeConfig", "secret", "name").stream().toList();
  }

  static List<String> secretsOfStore(GenericKubernetesResource store) {
    return Stream.of(
            text(store, "spec", "postgres", "credentials", "secret", "name"),
            text(store, "spec", "postgres", "binding", "secret", "name"),
            text(store, "spec", "postgres", "ssl", "secret", "name"))
        .flatMap(Optional::stream)
        .distinct()
        .toList();
  }

  /** Keys of an index: names with the namespace of the resource, in which they are. */
  static List<String> keys(GenericKubernetesResource resource, List<String> names) {
    var namespace = resource.getMetadata().getNamespace();
    return names.stream().map(name -> new Key(namespace, name).toString()).toList();
  }

  private static Optional<String> text(GenericKubernetesResource resource, Object... path) {
    Object value = resource.get(path);
    return value == null ? Optional.empty() : Optional.of(Objects.toString(value));
  }
}
