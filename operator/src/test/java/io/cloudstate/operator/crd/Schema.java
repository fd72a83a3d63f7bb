package io.cloudstate.operator.crd;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The schema of a custom resource, read from {@code deploy/crds}: does to objects what an API
 * server does, as far as our schemas need it.
 */
public final class Schema {

  public static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private static final CelCompiler COMPILER =
      CelCompilerFactory.standardCelCompilerBuilder()
          .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
          .addVar("self", SimpleType.DYN)
          .addVar("oldSelf", SimpleType.DYN)
          .build();
  private static final CelRuntime RUNTIME = CelRuntimeFactory.standardCelRuntimeBuilder().build();

  private static final Map<String, Schema> SCHEMAS = new ConcurrentHashMap<>();
  private static final Map<String, CelRuntime.Program> PROGRAMS = new ConcurrentHashMap<>();

  private final JsonNode definition;

  private Schema(JsonNode definition) {
    this.definition = definition;
  }

  /** The schema of the resources with that plural. */
  public static Schema of(String plural) {
    return SCHEMAS.computeIfAbsent(plural, Schema::read);
  }

  private static Schema read(String plural) {
    try {
      return new Schema(YAML.readTree(Path.of("..", "deploy", "crds", plural + ".yaml").toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  JsonNode names() {
    return definition.at("/spec/names");
  }

  JsonNode version() {
    return definition.at("/spec/versions/0");
  }

  private JsonNode root() {
    return version().at("/schema/openAPIV3Schema");
  }

  /** Visits each schema in this one with its path, which ends in [] for items and {} for values. */
  void visit(BiConsumer<String, JsonNode> visitor) {
    visit("", root(), visitor);
  }

  private static void visit(String path, JsonNode schema, BiConsumer<String, JsonNode> visitor) {
    visitor.accept(path, schema);
    schema
        .path("properties")
        .properties()
        .forEach(field -> visit(path + "." + field.getKey(), field.getValue(), visitor));
    if (schema.has("items")) {
      visit(path + "[]", schema.get("items"), visitor);
    }
    if (schema.has("additionalProperties")) {
      visit(path + "{}", schema.get("additionalProperties"), visitor);
    }
  }

  /** An object in which each field that is not refused has a value other than its default. */
  JsonNode sample(Map<String, String> samplesOfCoreTypes) {
    return sample("", root(), samplesOfCoreTypes);
  }

  private static JsonNode sample(String path, JsonNode schema, Map<String, String> given) {
    if (given.containsKey(path)) {
      try {
        return YAML.readTree(given.get(path));
      } catch (IOException e) {
        throw new UncheckedIOException(path, e);
      }
    }
    var nodes = YAML.getNodeFactory();
    if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
      return nodes.textNode("25%");
    }
    return switch (schema.path("type").asText()) {
      case "object" -> {
        var object = nodes.objectNode();
        schema.path("properties").properties().stream()
            .filter(field -> !isRefused(field.getValue()))
            .forEach(
                field ->
                    object.set(
                        field.getKey(),
                        sample(path + "." + field.getKey(), field.getValue(), given)));
        if (schema.has("additionalProperties")) {
          object.set("some.key", sample(path + "{}", schema.get("additionalProperties"), given));
        }
        yield object;
      }
      case "array" -> nodes.arrayNode().add(sample(path + "[]", schema.get("items"), given));
      case "boolean" -> nodes.booleanNode(!schema.path("default").asBoolean());
      case "integer" ->
          nodes.numberNode(
              Math.max(schema.path("minimum").asInt(), schema.path("default").asInt() + 7));
      case "string" -> nodes.textNode(text(schema));
      default -> throw new AssertionError(path + ": " + schema);
    };
  }

  private static String text(JsonNode schema) {
    if (schema.path("format").asText().equals("date-time")) {
      return "2026-01-01T00:00:00Z";
    }
    var values = schema.path("enum");
    return values.isEmpty() ? "text" : values.get(values.size() - 1).asText();
  }

  static boolean isRefused(JsonNode schema) {
    return schema.path("description").asText().startsWith("Refused");
  }

  /** Sets what is missing and has a default, as an API server does before anybody sees it. */
  public JsonNode withDefaults(JsonNode object) {
    setDefaults(root(), object);
    return object;
  }

  private static void setDefaults(JsonNode schema, @Nullable JsonNode value) {
    if (value instanceof ObjectNode object) {
      for (var field : schema.path("properties").properties()) {
        if (!object.has(field.getKey()) && field.getValue().has("default")) {
          object.set(field.getKey(), field.getValue().get("default").deepCopy());
        }
        setDefaults(field.getValue(), object.get(field.getKey()));
      }
    } else if (value instanceof ArrayNode array) {
      array.forEach(item -> setDefaults(schema.path("items"), item));
    }
  }

  /** What an API server would refuse: fields it does not know, types, limits and rules. */
  public List<String> violations(JsonNode object) {
    return violations(object, null);
  }

  List<String> violations(JsonNode object, @Nullable JsonNode before) {
    var violations = new ArrayList<String>();
    check("", root(), object, before, violations);
    return violations;
  }

  private static void check(
      String path,
      JsonNode schema,
      JsonNode value,
      @Nullable JsonNode before,
      List<String> violations) {
    checkType(path, schema, value, violations);
    schema
        .path("x-kubernetes-validations")
        .forEach(rule -> checkRule(path, rule, value, before, violations));
    schema
        .path("required")
        .forEach(
            name -> {
              if (!value.has(name.asText())) {
                violations.add(path + "." + name.asText() + " is missing");
              }
            });
    var open =
        schema.path("x-kubernetes-preserve-unknown-fields").asBoolean() || path.equals(".metadata");
    for (var field : value.properties()) {
      var known = schema.path("properties").get(field.getKey());
      var other = schema.get("additionalProperties");
      var fieldSchema = known != null ? known : other;
      if (fieldSchema != null) {
        check(
            path + "." + field.getKey(),
            fieldSchema,
            field.getValue(),
            before == null ? null : before.get(field.getKey()),
            violations);
      } else if (!open) {
        violations.add(path + "." + field.getKey() + " is not known");
      }
    }
    if (value.isArray()) {
      value.forEach(item -> check(path + "[]", schema.path("items"), item, null, violations));
    }
  }

  private static void checkType(
      String path, JsonNode schema, JsonNode value, List<String> violations) {
    var fits =
        switch (schema.path("type").asText()) {
          case "object" -> value.isObject();
          case "array" -> value.isArray() && value.size() >= schema.path("minItems").asInt();
          case "boolean" -> value.isBoolean();
          case "integer" ->
              value.isInt()
                  && value.asInt() >= schema.path("minimum").asInt(Integer.MIN_VALUE)
                  && value.asInt() <= schema.path("maximum").asInt(Integer.MAX_VALUE);
          case "number" -> value.isNumber();
          case "string" ->
              value.isTextual()
                  && value.asText().length() >= schema.path("minLength").asInt()
                  && value.asText().length() <= schema.path("maxLength").asInt(Integer.MAX_VALUE)
                  && value.asText().matches(schema.path("pattern").asText(".*"));
          default -> true;
        };
    var values = schema.path("enum");
    if (!fits || (!values.isMissingNode() && !contains(values, value))) {
      violations.add(path + ": " + value);
    }
  }

  private static boolean contains(JsonNode values, JsonNode value) {
    for (var each : values) {
      if (each.equals(value)) {
        return true;
      }
    }
    return false;
  }

  private static void checkRule(
      String path,
      JsonNode rule,
      JsonNode value,
      @Nullable JsonNode before,
      List<String> violations) {
    var text = rule.get("rule").asText();
    if (text.contains("oldSelf") && before == null) {
      return;
    }
    try {
      var variables = new HashMap<String, Object>();
      variables.put("self", plain(value));
      if (before != null) {
        variables.put("oldSelf", plain(before));
      }
      var program = PROGRAMS.get(text);
      if (program == null) {
        program = RUNTIME.createProgram(COMPILER.compile(text).getAst());
        PROGRAMS.put(text, program);
      }
      if (!Boolean.TRUE.equals(program.eval(variables))) {
        violations.add(rule.get("message").asText());
      }
    } catch (CelValidationException | CelEvaluationException e) {
      throw new AssertionError(path + ": " + text, e);
    }
  }

  private static Object plain(JsonNode value) {
    if (value.isInt()) {
      return value.asLong();
    }
    if (value.isArray()) {
      var list = new ArrayList<Object>();
      value.forEach(item -> list.add(plain(item)));
      return list;
    }
    if (value.isObject()) {
      var map = new HashMap<String, Object>();
      value.properties().forEach(field -> map.put(field.getKey(), plain(field.getValue())));
      return map;
    }
    return YAML.convertValue(value, new TypeReference<Object>() {});
  }
}
