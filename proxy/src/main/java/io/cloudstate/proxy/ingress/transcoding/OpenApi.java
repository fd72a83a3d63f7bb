package io.cloudstate.proxy.ingress.transcoding;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import io.cloudstate.proxy.discovery.MethodDefinition;
import io.cloudstate.proxy.discovery.ServiceCatalog;
import io.cloudstate.proxy.discovery.http.HttpBinding;
import io.cloudstate.proxy.discovery.http.HttpBinding.FieldBody;
import io.cloudstate.proxy.discovery.http.HttpBinding.WholeBody;
import io.cloudstate.proxy.discovery.http.PathTemplate.Literal;
import io.cloudstate.proxy.discovery.http.TextTypes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Writes the OpenAPI 3.1 document of a catalog's HTTP bindings. Used once. */
final class OpenApi {

  private static final List<String> HTTP_METHODS = List.of("GET", "PUT", "POST", "DELETE", "PATCH");

  /** How deep fields of fields are told as query parameters. */
  private static final int MAX_DEPTH = 3;

  private final JsonSchemas schemas = new JsonSchemas();
  private final JsonObject paths = new JsonObject();
  private final Map<String, Path> pathsByShape = new HashMap<>();
  private final Set<String> operationIds = new HashSet<>();

  private OpenApi() {}

  /** The document as JSON. */
  static String of(ServiceCatalog catalog) {
    return new OpenApi().document(catalog).toString();
  }

  private JsonObject document(ServiceCatalog catalog) {
    var tags = new JsonArray();
    for (var service : catalog.services()) {
      tags.add(object("name", service.name()));
      for (var method : service.methodsInOrder()) {
        method.httpBindings().forEach(binding -> add(service.name(), method, binding));
      }
    }
    var info = object("title", "Services of the user function");
    info.addProperty("version", "1");
    var components = new JsonObject();
    components.add("schemas", schemas.all());
    components.getAsJsonObject("schemas").add("Error", error());
    var document = object("openapi", "3.1.0");
    document.add("info", info);
    document.add("tags", tags);
    document.add("paths", paths);
    document.add("components", components);
    return document;
  }

  private void add(String service, MethodDefinition method, HttpBinding binding) {
    // Paths that differ in the names of their variables alone are one path to OpenAPI.
    var path = pathsByShape.computeIfAbsent(binding.template().shape(), shape -> Path.of(binding));
    var item = paths.getAsJsonObject(path.text());
    if (item == null) {
      item = new JsonObject();
      paths.add(path.text(), item);
    }
    var isAny = binding.httpMethod().equals(HttpBinding.ANY_METHOD);
    for (var httpMethod : isAny ? HTTP_METHODS : List.of(binding.httpMethod())) {
      var key = httpMethod.toLowerCase(Locale.ROOT);
      if (!isAny || !item.has(key)) {
        item.add(key, operation(service, method, binding, path));
      }
    }
  }

  private JsonObject operation(
      String service, MethodDefinition method, HttpBinding binding, Path path) {
    var operation = object("operationId", operationId(method));
    var tags = new JsonArray();
    tags.add(service);
    operation.add("tags", tags);
    var parameters = new JsonArray();
    path.names().forEach(name -> parameters.add(pathParameter(name, binding)));
    if (!(binding.body() instanceof WholeBody)) {
      addQuery(method.descriptor().getInputType(), "", binding, parameters);
    }
    if (!parameters.isEmpty()) {
      operation.add("parameters", parameters);
    }
    if (binding.body() instanceof WholeBody) {
      operation.add("requestBody", body(method.descriptor().getInputType()));
    } else if (binding.body() instanceof FieldBody body) {
      operation.add("requestBody", body(body.field()));
    }
    operation.add("responses", responses(method, binding));
    return operation;
  }

  private String operationId(MethodDefinition method) {
    var name = method.descriptor().getFullName();
    var id = name;
    for (int i = 2; !operationIds.add(id); i++) {
      id = name + "_" + i;
    }
    return id;
  }

  private JsonObject pathParameter(String name, HttpBinding binding) {
    var parameter = object("name", name);
    parameter.addProperty("in", "path");
    parameter.addProperty("required", true);
    var field =
        binding.variables().stream()
            .filter(variable -> dotted(variable.fields()).equals(name))
            .findFirst();
    parameter.add(
        "schema",
        field.map(variable -> schemas.field(variable.last())).orElse(JsonSchemas.type("string")));
    return parameter;
  }

  private void addQuery(
      Descriptor message, String prefix, HttpBinding binding, JsonArray parameters) {
    for (var field : message.getFields()) {
      var name = prefix + field.getName();
      if (isElsewhere(name, field, binding) || field.isMapField()) {
        continue;
      }
      if (TextTypes.hasText(field)) {
        var parameter = object("name", name);
        parameter.addProperty("in", "query");
        parameter.add("schema", schemas.field(field));
        parameters.add(parameter);
      } else if (!field.isRepeated() && name.split("\\.", -1).length < MAX_DEPTH) {
        addQuery(field.getMessageType(), name + ".", binding, parameters);
      }
    }
  }

  private static boolean isElsewhere(String name, FieldDescriptor field, HttpBinding binding) {
    return (binding.body() instanceof FieldBody body && body.field().equals(field))
        || binding.variables().stream().anyMatch(each -> dotted(each.fields()).equals(name));
  }

  private static String dotted(List<FieldDescriptor> fields) {
    return String.join(".", fields.stream().map(FieldDescriptor::getName).toList());
  }

  private JsonObject body(Descriptor message) {
    var body = new JsonObject();
    body.addProperty("required", true);
    body.add("content", content(message));
    return body;
  }

  private JsonObject body(FieldDescriptor field) {
    var body = new JsonObject();
    body.addProperty("required", true);
    body.add("content", content(field));
    return body;
  }

  private JsonObject content(Descriptor message) {
    return HttpBodies.isHttpBody(message)
        ? content("*/*", new JsonObject())
        : content(UnaryJson.JSON, schemas.message(message));
  }

  private JsonObject content(FieldDescriptor field) {
    return field.getJavaType() == JavaType.MESSAGE && !field.isRepeated()
        ? content(field.getMessageType())
        : content(UnaryJson.JSON, schemas.field(field));
  }

  private static JsonObject content(String type, JsonObject schema) {
    var media = new JsonObject();
    media.add("schema", schema);
    var content = new JsonObject();
    content.add(type, media);
    return content;
  }

  private JsonObject responses(MethodDefinition method, HttpBinding binding) {
    var descriptor = method.descriptor();
    var field = binding.responseBody();
    var content = field == null ? content(descriptor.getOutputType()) : content(field);
    var replied =
        object(
            "description",
            descriptor.isServerStreaming() ? "The replies, one on each line." : "The reply.");
    if (descriptor.isServerStreaming() && content.has(UnaryJson.JSON)) {
      content.add("text/event-stream", content("", JsonSchemas.type("string")).getAsJsonObject(""));
    }
    replied.add("content", content);
    var reference = object("$ref", "#/components/schemas/Error");
    var errors = content(UnaryJson.JSON, reference);
    errors.add("text/plain", content("", JsonSchemas.type("string")).getAsJsonObject(""));
    var failed = object("description", "What went wrong; a text if the user function refused.");
    failed.add("content", errors);
    var responses = new JsonObject();
    responses.add("200", replied);
    responses.add("default", failed);
    return responses;
  }

  private static JsonObject error() {
    var properties = new JsonObject();
    properties.add("code", JsonSchemas.type("integer"));
    properties.add("status", JsonSchemas.type("string"));
    properties.add("message", JsonSchemas.type("string"));
    var error = JsonSchemas.type("object");
    error.add("properties", properties);
    return error;
  }

  private static JsonObject object(String name, String value) {
    var object = new JsonObject();
    object.addProperty(name, value);
    return object;
  }

  /**
   * A template as OpenAPI has them: each wildcard is a parameter.
   *
   * @param names of the parameters in their order
   */
  private record Path(String text, List<String> names) {

    static Path of(HttpBinding binding) {
      var template = binding.template();
      var names = new ArrayList<String>();
      var text = new StringBuilder();
      for (int i = 0; i < template.segments().size(); i++) {
        text.append('/');
        if (template.segments().get(i) instanceof Literal literal) {
          text.append(literal.text());
        } else {
          names.add(name(binding, i));
          text.append('{').append(names.get(names.size() - 1)).append('}');
        }
      }
      if (template.verb() != null) {
        text.append(':').append(template.verb());
      }
      return new Path(text.toString(), names);
    }

    /** That of the variable it is all of; else one of its own. */
    private static String name(HttpBinding binding, int segment) {
      return binding.template().variables().stream()
          .filter(variable -> variable.from() == segment && variable.to() == segment + 1)
          .map(variable -> variable.fieldPath())
          .findFirst()
          .orElse("segment_" + (segment + 1));
    }
  }
}
