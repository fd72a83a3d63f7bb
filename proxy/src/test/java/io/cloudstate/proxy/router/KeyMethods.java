package io.cloudstate.proxy.router;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.OneofDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import io.cloudstate.proxy.discovery.MethodDefinition;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Methods {@code test.Things.Get}, told apart by their key fields. The input has one singular field
 * of each scalar type, named {@code a_string} and so on; a repeated and a message field; and a
 * oneof of {@code one}, {@code other} and {@code third}.
 */
final class KeyMethods {

  private static final FileDescriptor FILE = file();

  private KeyMethods() {}

  static MethodDefinition keyedBy(String... fields) {
    var method = FILE.findServiceByName("Things").findMethodByName("Get");
    return new MethodDefinition(
        method, "in", "out", Arrays.stream(fields).map(KeyMethods::field).toList());
  }

  /** A method without key fields: {@code GetMany}, {@code Put} or {@code Talk}. */
  static MethodDefinition streamed(String name) {
    var method = FILE.findServiceByName("Things").findMethodByName(name);
    return new MethodDefinition(method, "in", "out", List.of());
  }

  static FieldDescriptor field(String name) {
    return FILE.findMessageTypeByName("Request").findFieldByName(name);
  }

  /** A request in which only this field is set. */
  static ByteString request(String field, Object value) {
    return DynamicMessage.newBuilder(FILE.findMessageTypeByName("Request"))
        .setField(field(field), value)
        .build()
        .toByteString();
  }

  static List<FieldDescriptor> fields() {
    return FILE.findMessageTypeByName("Request").getFields();
  }

  /** The fields that can be keys. */
  static List<FieldDescriptor> usable() {
    return fields().stream()
        .filter(field -> !field.isRepeated())
        .filter(field -> field.getJavaType() != FieldDescriptor.JavaType.MESSAGE)
        .toList();
  }

  private static FileDescriptor file() {
    var request =
        DescriptorProto.newBuilder()
            .setName("Request")
            .addOneofDecl(OneofDescriptorProto.newBuilder().setName("choice"));
    for (var type : FieldDescriptorProto.Type.values()) {
      if (type != FieldDescriptorProto.Type.TYPE_MESSAGE
          && type != FieldDescriptorProto.Type.TYPE_GROUP) {
        var name = "a_" + type.name().substring("TYPE_".length()).toLowerCase(Locale.ROOT);
        add(request, name, type);
      }
    }
    add(request, "strings", FieldDescriptorProto.Type.TYPE_STRING).setLabel(Label.LABEL_REPEATED);
    add(request, "nested", FieldDescriptorProto.Type.TYPE_MESSAGE);
    add(request, "one", FieldDescriptorProto.Type.TYPE_STRING).setOneofIndex(0);
    add(request, "other", FieldDescriptorProto.Type.TYPE_INT32).setOneofIndex(0);
    add(request, "third", FieldDescriptorProto.Type.TYPE_MESSAGE).setOneofIndex(0);
    try {
      return FileDescriptor.buildFrom(
          FileDescriptorProto.newBuilder()
              .setName("things.proto")
              .setPackage("test")
              .setSyntax("proto3")
              .addMessageType(request)
              .addEnumType(
                  EnumDescriptorProto.newBuilder()
                      .setName("Colour")
                      .addValue(colour("NONE", 0))
                      .addValue(colour("RED", 1)))
              .addService(
                  ServiceDescriptorProto.newBuilder()
                      .setName("Things")
                      .addMethod(method("Get", false, false))
                      .addMethod(method("GetMany", false, true))
                      .addMethod(method("Put", true, false))
                      .addMethod(method("Talk", true, true)))
              .build(),
          new FileDescriptor[0]);
    } catch (DescriptorValidationException e) {
      throw new AssertionError(e);
    }
  }

  private static MethodDescriptorProto.Builder method(
      String name, boolean clientStreaming, boolean serverStreaming) {
    return MethodDescriptorProto.newBuilder()
        .setName(name)
        .setInputType(".test.Request")
        .setOutputType(".test.Request")
        .setClientStreaming(clientStreaming)
        .setServerStreaming(serverStreaming);
  }

  private static FieldDescriptorProto.Builder add(
      DescriptorProto.Builder request, String name, FieldDescriptorProto.Type type) {
    var field =
        request
            .addFieldBuilder()
            .setName(name)
            .setNumber(request.getFieldCount())
            .setType(type)
            .setLabel(Label.LABEL_OPTIONAL);
    if (type == FieldDescriptorProto.Type.TYPE_ENUM) {
      field.setTypeName(".test.Colour");
    } else if (type == FieldDescriptorProto.Type.TYPE_MESSAGE) {
      field.setTypeName(".test.Request");
    }
    return field;
  }

  private static EnumValueDescriptorProto.Builder colour(String name, int number) {
    return EnumValueDescriptorProto.newBuilder().setName(name).setNumber(number);
  }
}
