package io.cloudstate.operator.apiserver;

import java.util.Arrays;
import java.util.List;

/** What a path names; what it leaves out is empty. */
record Target(ResourceType type, String namespace, String name, String subresource) {

  static Target of(String path) {
    var parts = Arrays.asList(path.substring(1).split("/", -1));
    if (parts.size() > 2 && parts.get(0).equals("api")) {
      return of(parts.get(1), parts.subList(2, parts.size()));
    }
    if (parts.size() > 3 && parts.get(0).equals("apis")) {
      return of(parts.get(1) + "/" + parts.get(2), parts.subList(3, parts.size()));
    }
    throw ApiError.notFound(path);
  }

  private static Target of(String apiVersion, List<String> rest) {
    var isNamespaced =
        rest.get(0).equals("namespaces")
            && rest.size() > 2
            && !List.of("status", "finalize").contains(rest.get(2));
    var namespace = isNamespaced ? rest.get(1) : "";
    var parts = isNamespaced ? rest.subList(2, rest.size()) : rest;
    return new Target(
        ResourceType.of(apiVersion, parts.get(0)),
        namespace,
        parts.size() > 1 ? parts.get(1) : "",
        parts.size() > 2 ? parts.get(2) : "");
  }
}
