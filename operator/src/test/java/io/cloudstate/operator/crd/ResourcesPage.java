package io.cloudstate.operator.crd;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;

/** The reference page of the custom resources, made of {@code deploy/crds}. */
final class ResourcesPage {

  private static final String HEAD =
      """
      # Custom resources

      <!-- Generated from deploy/crds. To write it anew:
           %s -->

      Group `cloudstate.io`, version `v1alpha1`. How they are used: [guide](../guides/kubernetes.md). A field that is
      not listed is refused, but below fields that are said to be *as in* an API of Kubernetes, where anything of that API is taken.
      """;

  private ResourcesPage() {}

  static String text(String updateCommand) {
    var page = new StringBuilder(HEAD.formatted(updateCommand));
    for (var plural : List.of("statefulservices", "statefulstores")) {
      append(page, Schema.of(plural));
    }
    return page.toString();
  }

  private static void append(StringBuilder page, Schema schema) {
    var names = schema.names();
    page.append("\n## %s\n\n".formatted(names.get("kind").asText()))
        .append(schema.version().at("/schema/openAPIV3Schema/description").asText())
        .append(
            " Plural `%s`, short `%s`, category `%s`.\n"
                .formatted(
                    names.get("plural").asText(),
                    names.at("/shortNames/0").asText(),
                    names.at("/categories/0").asText()));
    appendFields(page, schema, ".spec");
    appendFields(page, schema, ".status");
    appendRules(page, schema);
  }

  private static void appendFields(StringBuilder page, Schema schema, String half) {
    page.append(
        "\n### %s\n\n| field | type | default | meaning |\n|---|---|---|---|\n"
            .formatted(half.substring(1)));
    var required = new HashSet<String>();
    schema.visit(
        (path, field) -> {
          field.path("required").forEach(name -> required.add(path + "." + name.asText()));
          var isField = path.startsWith(half + ".") && !path.endsWith("{}") && !path.endsWith("[]");
          if (isField && !Schema.isRefused(field)) {
            page.append(
                "| `%s` | %s | %s | %s |\n"
                    .formatted(
                        path.substring(half.length() + 1),
                        type(field),
                        required.contains(path) ? "**must be given**" : defaultOf(field),
                        field.get("description").asText().replace("|", "\\|")));
          }
        });
  }

  private static String type(JsonNode field) {
    if (field.path("x-kubernetes-int-or-string").asBoolean()) {
      return "number or percentage";
    }
    var type = field.path("type").asText();
    if (field.has("enum")) {
      return "one of "
          + field
              .get("enum")
              .valueStream()
              .map(value -> "`" + value.asText() + "`")
              .collect(Collectors.joining(", "));
    }
    if (type.equals("array")) {
      var of = field.at("/items/type").asText();
      return "list of " + (of.equals("object") ? "objects" : of + "s");
    }
    if (field.has("additionalProperties")) {
      return "map of texts";
    }
    var words = new ArrayList<String>();
    words.add(type.equals("string") ? "text" : type);
    if (field.has("minimum")) {
      words.add("from " + field.get("minimum").asText());
    }
    if (field.has("maximum")) {
      words.add("to " + field.get("maximum").asText());
    }
    return String.join(" ", words);
  }

  private static String defaultOf(JsonNode field) {
    var value = field.path("default");
    return value.isMissingNode() || value.isObject() ? "" : "`" + value.asText() + "`";
  }

  private static void appendRules(StringBuilder page, Schema schema) {
    page.append("\n### What is refused\n\n");
    schema.visit(
        (path, field) ->
            field
                .path("x-kubernetes-validations")
                .forEach(rule -> page.append("- %s\n".formatted(rule.get("message").asText()))));
  }
}
