package io.cloudstate.proxy.ingress.transcoding;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * What values look like in protobuf's JSON, as JSON schemas. Messages and enums are schemas of
 * their own, by their full names; those that others refer to are added by and by. Not thread-safe.
 */
final class JsonSchemas {

  private static final String REFERENCE = "#/components/schemas/";
  private static final String WELL_KNOWN = "google.protobuf.";

  private final JsonObject schemas = new JsonObject();
  private final Set<String> known = new HashSet<>();
  private final Deque<Descriptor> undescribed = new ArrayDeque<>();

  /** All that was referred to so far, and what that refers to. */
  JsonObject all() {
    while (!undescribed.isEmpty()) {
      var message = undescribed.remove();
      schemas.add(message.getFullName(), described(message));
    }
    return schemas;
  }

  /** The values of a field. */
  JsonObject field(FieldDescriptor field) {
    if (field.isMapField()) {
      var map = type("object");
      map.add("additionalProperties", single(field.getMessageType().findFieldByNumber(2)));
      return map;
    }
    if (field.isRepeated()) {
      var array = type("array");
      array.add("items", single(field));
      return array;
    }
    return single(field);
  }

  private JsonObject single(FieldDescriptor field) {
    return switch (field.getType()) {
      case BOOL -> type("boolean");
      case INT32, SINT32, SFIXED32 -> type("integer", "int32");
      case UINT32, FIXED32 -> type("integer", "int64");
      case INT64, SINT64, SFIXED64 -> type("string", "int64");
      case UINT64, FIXED64 -> type("string", "uint64");
      case FLOAT -> type("number", "float");
      case DOUBLE -> type("number", "double");
      case STRING -> type("string");
      case BYTES -> base64();
      case ENUM -> enumeration(field.getEnumType());
      case MESSAGE, GROUP -> message(field.getMessageType());
    };
  }

  /** A message. */
  JsonObject message(Descriptor message) {
    if (message.getFullName().startsWith(WELL_KNOWN)) {
      return wellKnown(message);
    }
    if (known.add(message.getFullName())) {
      undescribed.add(message);
    }
    return reference(message.getFullName());
  }

  private JsonObject described(Descriptor message) {
    var properties = new JsonObject();
    message.getFields().forEach(field -> properties.add(field.getJsonName(), field(field)));
    var described = type("object");
    described.add("properties", properties);
    return described;
  }

  private JsonObject wellKnown(Descriptor message) {
    return switch (message.getName()) {
      case "Timestamp" -> type("string", "date-time");
      case "Duration", "FieldMask" -> type("string");
      case "ListValue" -> type("array");
      case "Value" -> new JsonObject();
      case "DoubleValue",
          "FloatValue",
          "Int64Value",
          "UInt64Value",
          "Int32Value",
          "UInt32Value",
          "BoolValue",
          "StringValue",
          "BytesValue" ->
          single(message.findFieldByNumber(1));
      default -> type("object"); // Any, Empty, Struct
    };
  }

  private JsonObject enumeration(EnumDescriptor type) {
    if (known.add(type.getFullName())) {
      var names = new JsonArray();
      type.getValues().forEach(value -> names.add(value.getName()));
      var described = type("string");
      described.add("enum", names);
      schemas.add(type.getFullName(), described);
    }
    return reference(type.getFullName());
  }

  private static JsonObject base64() {
    var bytes = type("string");
    bytes.addProperty("contentEncoding", "base64");
    return bytes;
  }

  private static JsonObject reference(String name) {
    var reference = new JsonObject();
    reference.addProperty("$ref", REFERENCE + name);
    return reference;
  }

  static JsonObject type(String type) {
    var schema = new JsonObject();
    schema.addProperty("type", type);
    return schema;
  }

  private static JsonObject type(String type, String format) {
    var schema = type(type);
    schema.addProperty("format", format);
    return schema;
  }
}
