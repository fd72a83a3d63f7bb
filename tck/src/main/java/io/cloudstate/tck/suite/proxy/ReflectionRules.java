package io.cloudstate.tck.suite.proxy;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import io.cloudstate.protocol.EntityOuterClass.Entity;
import io.cloudstate.tck.driver.Rpc;
import io.cloudstate.tck.rule.Group;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Server reflection of a proxy, as the original kit has it. */
final class ReflectionRules {

  private static final String SERVICE = "grpc.reflection.v1alpha.ServerReflection";
  private static final FileDescriptor FILE = file();
  private static final Descriptor REQUEST = FILE.findMessageTypeByName("ServerReflectionRequest");
  private static final Descriptor RESPONSE = FILE.findMessageTypeByName("ServerReflectionResponse");
  static final Rpc<DynamicMessage, DynamicMessage> INFO =
      new Rpc<>(
          SERVICE,
          "ServerReflectionInfo",
          DynamicMessage.getDefaultInstance(REQUEST),
          DynamicMessage.getDefaultInstance(RESPONSE));

  static final Group<ProxyStage> GROUP =
      Group.<ProxyStage>original("reflection", "Server reflection")
          .rule(
              "rp1",
              "reflection lists itself and then the services of the function in alphabetical order,"
                  + " echoes host and request, and knows no file of an unknown symbol",
              ReflectionRules::reflection);

  private ReflectionRules() {}

  private static void reflection(ProxyStage stage) {
    var call = stage.client().open(INFO);
    for (var argument : List.of("", "nonsense.blabla.")) {
      var request = request("list_services", argument);
      call.send(request);
      call.expect(services(request, stage.services()));
    }
    var unknown = request("file_containing_symbol", "nonsense.blabla.Void");
    call.send(unknown);
    call.expect(nothing(unknown));
    call.complete();
    call.expectCompletion();
  }

  /** What has to come of a request. */
  static DynamicMessage reply(byte[] request, List<Entity> entities) {
    try {
      var asked = DynamicMessage.parseFrom(REQUEST, request);
      return asked.hasField(REQUEST.findFieldByName("list_services"))
          ? services(asked, entities)
          : nothing(asked);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static DynamicMessage nothing(DynamicMessage request) {
    var none =
        DynamicMessage.getDefaultInstance(FILE.findMessageTypeByName("FileDescriptorResponse"));
    return response(request)
        .setField(RESPONSE.findFieldByName("file_descriptor_response"), none)
        .build();
  }

  private static DynamicMessage request(String field, String value) {
    return DynamicMessage.newBuilder(REQUEST)
        .setField(REQUEST.findFieldByName("host"), "kit")
        .setField(REQUEST.findFieldByName(field), value)
        .build();
  }

  private static DynamicMessage.Builder response(DynamicMessage request) {
    return DynamicMessage.newBuilder(RESPONSE)
        .setField(RESPONSE.findFieldByName("valid_host"), "kit")
        .setField(RESPONSE.findFieldByName("original_request"), request);
  }

  private static DynamicMessage services(DynamicMessage request, List<Entity> entities) {
    var names =
        Stream.concat(Stream.of(SERVICE), entities.stream().map(Entity::getServiceName).sorted());
    var type = FILE.findMessageTypeByName("ServiceResponse");
    var list = FILE.findMessageTypeByName("ListServiceResponse");
    var all = DynamicMessage.newBuilder(list);
    names.forEach(
        name ->
            all.addRepeatedField(
                list.findFieldByName("service"),
                DynamicMessage.newBuilder(type)
                    .setField(type.findFieldByName("name"), name)
                    .build()));
    return response(request)
        .setField(RESPONSE.findFieldByName("list_services_response"), all.build())
        .build();
  }

  // The part of reflection.proto that is used here; its Java comes with a newer grpc only.
  private static FileDescriptor file() {
    var messages = new ArrayList<DescriptorProto>();
    messages.add(
        message(
            "ServerReflectionRequest",
            string("host", 1),
            string("file_containing_symbol", 4).setOneofIndex(0),
            string("list_services", 7).setOneofIndex(0)));
    messages.add(message("ServiceResponse", string("name", 1)));
    messages.add(
        message(
            "ListServiceResponse",
            nested("service", 1, "ServiceResponse").setLabel(Label.LABEL_REPEATED)));
    messages.add(
        message(
            "FileDescriptorResponse",
            field("file_descriptor_proto", 1, FieldDescriptorProto.Type.TYPE_BYTES)
                .setLabel(Label.LABEL_REPEATED)));
    messages.add(
        message(
            "ServerReflectionResponse",
            string("valid_host", 1),
            nested("original_request", 2, "ServerReflectionRequest"),
            nested("file_descriptor_response", 4, "FileDescriptorResponse").setOneofIndex(0),
            nested("list_services_response", 6, "ListServiceResponse").setOneofIndex(0)));
    var file =
        FileDescriptorProto.newBuilder()
            .setName("reflection.proto")
            .setPackage("grpc.reflection.v1alpha")
            .setSyntax("proto3")
            .addAllMessageType(messages)
            .build();
    try {
      return FileDescriptor.buildFrom(file, new FileDescriptor[0]);
    } catch (DescriptorValidationException e) {
      throw new AssertionError(e);
    }
  }

  private static DescriptorProto message(String name, FieldDescriptorProto.Builder... fields) {
    var message = DescriptorProto.newBuilder().setName(name);
    for (var field : fields) {
      message.addField(field);
      if (field.hasOneofIndex() && message.getOneofDeclCount() == 0) {
        message.addOneofDeclBuilder().setName("message");
      }
    }
    return message.build();
  }

  private static FieldDescriptorProto.Builder string(String name, int number) {
    return field(name, number, FieldDescriptorProto.Type.TYPE_STRING);
  }

  private static FieldDescriptorProto.Builder nested(String name, int number, String type) {
    return field(name, number, FieldDescriptorProto.Type.TYPE_MESSAGE)
        .setTypeName(".grpc.reflection.v1alpha." + type);
  }

  private static FieldDescriptorProto.Builder field(
      String name, int number, FieldDescriptorProto.Type type) {
    return FieldDescriptorProto.newBuilder()
        .setName(name)
        .setNumber(number)
        .setType(type)
        .setLabel(Label.LABEL_OPTIONAL);
  }
}
