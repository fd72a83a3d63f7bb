package io.cloudstate.proxy.ingress.documentation;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.linecorp.armeria.server.docs.DescriptiveTypeInfo;
import com.linecorp.armeria.server.docs.DescriptiveTypeSignature;
import com.linecorp.armeria.server.docs.EnumInfo;
import com.linecorp.armeria.server.docs.EnumValueInfo;
import com.linecorp.armeria.server.docs.FieldInfo;
import com.linecorp.armeria.server.docs.FieldRequirement;
import com.linecorp.armeria.server.docs.StructInfo;
import com.linecorp.armeria.server.docs.TypeSignature;
import java.util.Locale;

/** The types of protobuf in the words of the page; it makes JSON schemas of their names. */
final class TypeDescriptions {

  /** The page takes it for an object of any fields. */
  private static final TypeSignature ANY_OBJECT = TypeSignature.ofBase("object");

  private static final TypeSignature TEXT = TypeSignature.ofBase("string");

  private TypeDescriptions() {}

  /** A message, or what stands for it in JSON. */
  static TypeSignature message(Descriptor message) {
    return message.getFile().getPackage().equals("google.protobuf")
        ? wellKnown(message)
        : TypeSignature.ofStruct(message.getFullName(), message);
  }

  private static TypeSignature wellKnown(Descriptor message) {
    return switch (message.getName()) {
      case "Timestamp", "Duration", "FieldMask" -> TEXT;
      case "ListValue" -> TypeSignature.ofList(ANY_OBJECT);
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
      default -> ANY_OBJECT; // Any, Empty, Struct, Value
    };
  }

  /** What a message or enum consists of. */
  static DescriptiveTypeInfo describe(DescriptiveTypeSignature type) {
    return type.descriptor() instanceof Descriptor message
        ? struct(message)
        : enumeration((EnumDescriptor) type.descriptor());
  }

  private static StructInfo struct(Descriptor message) {
    var fields = message.getFields().stream().map(TypeDescriptions::field).toList();
    return new StructInfo(message.getFullName(), fields);
  }

  private static FieldInfo field(FieldDescriptor field) {
    return FieldInfo.builder(field.getJsonName(), type(field))
        .requirement(field.isRequired() ? FieldRequirement.REQUIRED : FieldRequirement.OPTIONAL)
        .build();
  }

  private static TypeSignature type(FieldDescriptor field) {
    if (field.isMapField()) {
      var entry = field.getMessageType();
      return TypeSignature.ofMap(
          single(entry.findFieldByNumber(1)), single(entry.findFieldByNumber(2)));
    }
    return field.isRepeated() ? TypeSignature.ofIterable("repeated", single(field)) : single(field);
  }

  private static TypeSignature single(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case MESSAGE -> message(field.getMessageType());
      case ENUM -> TypeSignature.ofEnum(field.getEnumType().getFullName(), field.getEnumType());
      case INT, LONG, FLOAT, DOUBLE, BOOLEAN, STRING, BYTE_STRING ->
          TypeSignature.ofBase(field.getType().name().toLowerCase(Locale.ROOT));
    };
  }

  private static EnumInfo enumeration(EnumDescriptor type) {
    var values =
        type.getValues().stream()
            .map(value -> new EnumValueInfo(value.getName(), value.getNumber()))
            .toList();
    return new EnumInfo(type.getFullName(), values);
  }
}
