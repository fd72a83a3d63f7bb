package io.cloudstate.proxy.discovery;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import java.util.List;
import java.util.Locale;

/** Which fields of a message its author marked as {@code entity_key}. */
final class KeyFields {

  /** Number of the option, and the one it had in protocol 0.1. */
  private static final List<Integer> OPTION_NUMBERS = List.of(1080, 50002);

  private KeyFields() {}

  /** All marked fields, in order of their position. */
  static List<FieldDescriptor> of(Descriptor input) {
    return input.getFields().stream().filter(KeyFields::isMarked).toList();
  }

  /** Whether the field's value has a text that can stand in a key. */
  static boolean isUsable(FieldDescriptor field) {
    return !field.isRepeated() && field.getJavaType() != JavaType.MESSAGE;
  }

  /** The field's type as its author wrote it, roughly. */
  static String typeOf(FieldDescriptor field) {
    if (field.isMapField()) {
      return "map";
    }
    var type =
        field.getType() == FieldDescriptor.Type.MESSAGE
            ? field.getMessageType().getFullName()
            : field.getType().name().toLowerCase(Locale.ROOT);
    return field.isRepeated() ? "repeated " + type : type;
  }

  private static boolean isMarked(FieldDescriptor field) {
    var options = field.getOptions().getUnknownFields();
    return OPTION_NUMBERS.stream()
        .map(number -> options.getField(number).getVarintList())
        .anyMatch(values -> !values.isEmpty() && values.get(values.size() - 1) != 0);
  }
}
