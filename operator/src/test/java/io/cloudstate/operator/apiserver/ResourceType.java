package io.cloudstate.operator.apiserver;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** A kind of objects and where it is served. */
record ResourceType(
    String group,
    String version,
    String plural,
    String kind,
    boolean isNamespaced,
    boolean hasStatus) {

  static final List<ResourceType> ALL =
      List.of(
          new ResourceType("", "v1", "namespaces", "Namespace", false, true),
          new ResourceType("", "v1", "configmaps", "ConfigMap", true, false),
          new ResourceType("", "v1", "secrets", "Secret", true, false),
          new ResourceType("", "v1", "services", "Service", true, true),
          new ResourceType("", "v1", "serviceaccounts", "ServiceAccount", true, false),
          new ResourceType("", "v1", "pods", "Pod", true, true),
          new ResourceType("apps", "v1", "deployments", "Deployment", true, true),
          new ResourceType("apps", "v1", "replicasets", "ReplicaSet", true, true),
          new ResourceType("rbac.authorization.k8s.io", "v1", "roles", "Role", true, false),
          new ResourceType(
              "rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding", true, false),
          new ResourceType(
              "policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", true, true),
          new ResourceType(
              "autoscaling",
              "v2",
              "horizontalpodautoscalers",
              "HorizontalPodAutoscaler",
              true,
              true),
          new ResourceType(
              "networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", true, false),
          new ResourceType("coordination.k8s.io", "v1", "leases", "Lease", true, false),
          new ResourceType("events.k8s.io", "v1", "events", "Event", true, false),
          new ResourceType(
              "admissionregistration.k8s.io",
              "v1",
              "mutatingwebhookconfigurations",
              "MutatingWebhookConfiguration",
              false,
              false),
          new ResourceType(
              "apiextensions.k8s.io",
              "v1",
              "customresourcedefinitions",
              "CustomResourceDefinition",
              false,
              true),
          new ResourceType(
              "cloudstate.io", "v1alpha1", "statefulservices", "StatefulService", true, true),
          new ResourceType(
              "cloudstate.io", "v1alpha1", "statefulstores", "StatefulStore", true, true));

  String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  boolean isCustom() {
    return group.equals("cloudstate.io");
  }

  boolean hasScale() {
    return kind.equals("Deployment") || kind.equals("StatefulService");
  }

  /** The kinds of a group and version, if that is what a path asks for. */
  static Optional<ObjectNode> discover(String path) {
    var apiVersion = path.replaceFirst("^/apis?/", "");
    var found = ALL.stream().filter(type -> type.apiVersion().equals(apiVersion)).toList();
    if (found.isEmpty()) {
      return Optional.empty();
    }
    var list = JsonNodeFactory.instance.objectNode();
    list.put("kind", "APIResourceList").put("apiVersion", "v1").put("groupVersion", apiVersion);
    var resources = list.putArray("resources");
    for (var type : found) {
      resources
          .addObject()
          .put("name", type.plural())
          .put("singularName", "")
          .put("namespaced", type.isNamespaced())
          .put("kind", type.kind())
          .putArray("verbs");
    }
    return Optional.of(list);
  }

  static ResourceType of(String apiVersion, String plural) {
    return ALL.stream()
        .filter(type -> type.apiVersion().equals(apiVersion) && type.plural.equals(plural))
        .findFirst()
        .orElseThrow(() -> ApiError.notFound("the server could not find " + plural + ";"));
  }
}
