package io.cloudstate.proxy.ingress.documentation;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.HashSet;
import java.util.Set;

/**
 * What a form is filled with: a message as JSON with its fields, and those of its messages, all at
 * their defaults. Of the fields of a oneof there is the first one. Not thread-safe.
 */
final class ExampleRequest {

  private static final Gson JSON =
      new GsonBuilder().setPrettyPrinting().serializeNulls().disableHtmlEscaping().create();

  private final Set<Descriptor> outer = new HashSet<>(); // the messages around what is written

  private ExampleRequest() {}

  static String of(Descriptor message) {
    return JSON.toJson(new ExampleRequest().message(message));
  }

  private JsonElement message(Descriptor message) {
    return message.getFile().getPackage().equals("google.protobuf")
        ? wellKnown(message)
        : object(message);
  }

  private JsonObject object(Descriptor message) {
    var object = new JsonObject();
    outer.add(message);
    for (var field : message.getFields()) {
      if (isShown(field)) {
        object.add(field.getJsonName(), value(field));
      }
    }
    outer.remove(message);
    return object;
  }

  private boolean isShown(FieldDescriptor field) {
    var oneof = field.getRealContainingOneof();
    var isAnother = oneof != null && oneof.getField(0) != field;
    return !isAnother && (field.isRepeated() || !isRecursive(field));
  }

  private boolean isRecursive(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        && outer.contains(field.getMessageType());
  }

  private JsonElement value(FieldDescriptor field) {
    if (field.isRepeated()) {
      return field.isMapField() ? new JsonObject() : new JsonArray();
    }
    return switch (field.getJavaType()) {
      case MESSAGE -> message(field.getMessageType());
      case ENUM -> new JsonPrimitive(field.getEnumType().getValues().get(0).getName());
      case INT, LONG, FLOAT, DOUBLE -> new JsonPrimitive(0);
      case BOOLEAN -> new JsonPrimitive(false);
      case STRING, BYTE_STRING -> new JsonPrimitive("");
    };
  }

  private JsonElement wellKnown(Descriptor message) {
    return switch (message.getName()) {
      case "Timestamp" -> new JsonPrimitive("1970-01-01T00:00:00Z");
      case "Duration" -> new JsonPrimitive("0s");
      case "FieldMask" -> new JsonPrimitive("");
      case "Value" -> JsonNull.INSTANCE;
      case "ListValue" -> new JsonArray();
      case "DoubleValue",
          "FloatValue",
          "Int64Value",
          "UInt64Value",
          "Int32Value",
          "UInt32Value",
          "BoolValue",
          "StringValue",
          "BytesValue" ->
          value(message.findFieldByNumber(1));
      default -> new JsonObject(); // Any, Empty, Struct
    };
  }
}
