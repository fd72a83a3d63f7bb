package io.cloudstate.proxy.ingress.transcoding;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.cloudstate.proxy.discovery.http.TextTypes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sets fields of a message, at any depth, from texts. Not thread-safe. */
final class MessageBuilder {

  private final DynamicMessage.Builder message;

  MessageBuilder(DynamicMessage.Builder message) {
    this.message = message;
  }

  /**
   * Sets the field that a query parameter names, in the words of its proto file or in JSON's; with
   * dots between if it is a field of a field.
   */
  void setParameter(String name, List<String> texts) throws Unbuildable {
    var path = path(name);
    var field = path.get(path.size() - 1);
    if (field.isMapField() || !TextTypes.hasText(field)) {
      throw parameter(name, "a message (expected: its fields, with dots between)");
    }
    if (!field.isRepeated() && texts.size() > 1) {
      throw parameter(name, texts.size() + " values (expected: 1)");
    }
    try {
      set(message, path, 0, texts);
    } catch (Unbuildable e) {
      throw parameter(name, e.problem());
    }
  }

  /** Sets a singular field. */
  void set(List<FieldDescriptor> path, String text) throws Unbuildable {
    set(message, path, 0, List.of(text));
  }

  private static void set(
      Message.Builder into, List<FieldDescriptor> path, int at, List<String> texts)
      throws Unbuildable {
    var field = path.get(at);
    if (at < path.size() - 1) {
      var inner = ((Message) into.getField(field)).toBuilder();
      set(inner, path, at + 1, texts);
      into.setField(field, inner.build());
    } else if (field.isRepeated()) {
      for (var text : texts) {
        into.addRepeatedField(field, FieldText.value(field, text, into));
      }
    } else {
      into.setField(field, FieldText.value(field, texts.get(0), into));
    }
  }

  private List<FieldDescriptor> path(String name) throws Unbuildable {
    var path = new ArrayList<FieldDescriptor>();
    @Nullable Descriptor type = message.getDescriptorForType();
    for (var part : name.split("\\.", -1)) {
      var field = type == null ? null : field(type, part);
      if (field == null) {
        throw parameter(name, "unknown field of " + message.getDescriptorForType().getFullName());
      }
      path.add(field);
      type =
          field.getJavaType() == JavaType.MESSAGE && !field.isRepeated()
              ? field.getMessageType()
              : null;
    }
    return path;
  }

  private static @Nullable FieldDescriptor field(Descriptor type, String name) {
    var field = type.findFieldByName(name);
    if (field != null) {
      return field;
    }
    for (var each : type.getFields()) {
      if (each.getJsonName().equals(name)) {
        return each;
      }
    }
    return null;
  }

  private static Unbuildable parameter(String name, String problem) {
    return new Unbuildable("query parameter [%s]: %s".formatted(name, problem));
  }
}
