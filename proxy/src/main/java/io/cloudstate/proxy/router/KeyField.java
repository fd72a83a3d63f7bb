package io.cloudstate.proxy.router;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.io.IOException;
import java.util.Base64;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One field of an entity key: where it stands on the wire and how its value is written in the key.
 *
 * @param tag number and wire type, as they precede the value
 * @param rivalTags of the other members of its oneof, whose appearance unsets this one
 * @param absentText the default value's text
 */
record KeyField(FieldDescriptor descriptor, int tag, Set<Integer> rivalTags, String absentText) {

  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  /**
   * @param descriptor singular, scalar or enum
   */
  static KeyField of(FieldDescriptor descriptor) {
    return new KeyField(
        descriptor,
        tag(descriptor),
        rivalTags(descriptor),
        text(descriptor, descriptor.getDefaultValue()));
  }

  String name() {
    return descriptor.getName();
  }

  int number() {
    return descriptor.getNumber();
  }

  String text(Object value) {
    return text(descriptor, value);
  }

  /** The value behind the tag just read, in the class that {@link #text} expects. */
  Object read(CodedInputStream input) throws IOException {
    return switch (descriptor.getType()) {
      case STRING -> input.readStringRequireUtf8();
      case BYTES -> input.readBytes();
      case BOOL -> input.readBool();
      case INT32 -> input.readInt32();
      case SINT32 -> input.readSInt32();
      case UINT32 -> input.readUInt32();
      case FIXED32 -> input.readFixed32();
      case SFIXED32 -> input.readSFixed32();
      case INT64 -> input.readInt64();
      case SINT64 -> input.readSInt64();
      case UINT64 -> input.readUInt64();
      case FIXED64 -> input.readFixed64();
      case SFIXED64 -> input.readSFixed64();
      case FLOAT -> input.readFloat();
      case DOUBLE -> input.readDouble();
      case ENUM -> value(descriptor.getEnumType(), input.readEnum());
      case MESSAGE, GROUP -> throw neverAKey(descriptor);
    };
  }

  private static String text(FieldDescriptor descriptor, Object value) {
    return switch (descriptor.getType()) {
      case STRING, BOOL, INT32, SINT32, SFIXED32, INT64, SINT64, SFIXED64, FLOAT, DOUBLE ->
          value.toString();
      case UINT32, FIXED32 -> Integer.toUnsignedString((Integer) value);
      case UINT64, FIXED64 -> Long.toUnsignedString((Long) value);
      case BYTES -> BASE64.encodeToString(((ByteString) value).toByteArray());
      case ENUM -> value instanceof EnumValueDescriptor known ? known.getName() : value.toString();
      case MESSAGE, GROUP -> throw neverAKey(descriptor);
    };
  }

  /** The enum's value; the number itself if it has no name. */
  private static Object value(EnumDescriptor type, int number) {
    var value = type.findValueByNumber(number);
    return value == null ? (Object) number : value;
  }

  private static int tag(FieldDescriptor descriptor) {
    return descriptor.getNumber() << 3 | descriptor.getLiteType().getWireType();
  }

  private static Set<Integer> rivalTags(FieldDescriptor descriptor) {
    var oneof = descriptor.getContainingOneof();
    return oneof == null
        ? Set.of()
        : oneof.getFields().stream()
            .filter(field -> field != descriptor)
            .map(KeyField::tag)
            .collect(Collectors.toUnmodifiableSet());
  }

  private static AssertionError neverAKey(FieldDescriptor descriptor) {
    return new AssertionError("refused at discovery: " + descriptor);
  }
}
