package io.cloudstate.operator.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cloudstate.operator.crd.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What an API server adds to objects and refuses: all that our schemas say, and of what it does to
 * its own kinds enough to tell whether somebody compares instead of looking at who owns what.
 */
final class Rules {

  private Rules() {}

  static void setDefaults(ResourceType type, ObjectNode object) {
    if (type.isCustom()) {
      Schema.of(type.plural()).withDefaults(object);
    } else if (type.kind().equals("Deployment")) {
      var spec = object.withObjectProperty("spec");
      setDefault(spec, "replicas", 1);
      setDefault(spec, "revisionHistoryLimit", 10);
      setDefault(spec, "progressDeadlineSeconds", 600);
      for (var container : spec.at("/template/spec/containers")) {
        setDefault((ObjectNode) container, "terminationMessagePath", "/dev/termination-log");
        setDefault((ObjectNode) container, "imagePullPolicy", "IfNotPresent");
      }
    } else if (type.kind().equals("Service")) {
      var spec = object.withObjectProperty("spec");
      setDefault(spec, "sessionAffinity", "None");
      setDefault(spec, "clusterIP", "10.0.0.10");
    }
  }

  private static void setDefault(ObjectNode object, String field, String value) {
    if (!object.has(field)) {
      object.put(field, value);
    }
  }

  private static void setDefault(ObjectNode object, String field, int value) {
    if (!object.has(field)) {
      object.put(field, value);
    }
  }

  static void check(ResourceType type, ObjectNode object, @Nullable JsonNode before) {
    if (type.isCustom()) {
      var violations = Schema.of(type.plural()).violations(object);
      if (!violations.isEmpty()) {
        throw ApiError.invalid(
            "%s \"%s\" is invalid: %s"
                .formatted(
                    type.kind(),
                    object.at("/metadata/name").asText(),
                    String.join(", ", violations)));
      }
    }
    for (var container : object.at("/spec/template/spec/containers")) {
      if (type.kind().equals("Deployment") && !container.has("image")) {
        throw ApiError.invalid(
            "Deployment.apps \"%s\" is invalid: spec.template.spec.containers[0].image: Required value"
                .formatted(object.at("/metadata/name").asText()));
      }
    }
    for (var field : new String[] {"/spec/selector", "/roleRef"}) {
      var isFixed = type.kind().equals("Deployment") || type.kind().equals("RoleBinding");
      if (isFixed && before != null && !before.at(field).equals(object.at(field))) {
        throw ApiError.invalid(
            "%s \"%s\" is invalid: %s: Invalid value: field is immutable"
                .formatted(
                    type.kind(),
                    object.at("/metadata/name").asText(),
                    field.substring(1).replace('/', '.')));
      }
    }
  }
}
