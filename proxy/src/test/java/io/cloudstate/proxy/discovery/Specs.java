package io.cloudstate.proxy.discovery;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldOptions;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.UnknownFieldSet;
import io.cloudstate.protocol.EntityOuterClass.Entity;
import io.cloudstate.protocol.EntityOuterClass.EntityPassivationStrategy;
import io.cloudstate.protocol.EntityOuterClass.EntitySpec;
import io.cloudstate.protocol.EntityOuterClass.ServiceInfo;
import io.cloudstate.protocol.EntityOuterClass.TimeoutPassivationStrategy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Specs and the parts they are made of, as a support library would send them. */
final class Specs {

  static final int KEY = 1080;
  static final int LEGACY_KEY = 50002;

  /** A service {@code test.Things} whose method {@code Get} takes the field {@code id} as key. */
  static final FileDescriptorProto THINGS =
      file("things.proto", message("Request", key("id")), rpc("Get", "Request"));

  private Specs() {}

  static EntitySpec spec(List<FileDescriptorProto> files, Entity... entities) {
    return spec(0, 2, files, entities);
  }

  static EntitySpec spec(
      int major, int minor, List<FileDescriptorProto> files, Entity... entities) {
    return EntitySpec.newBuilder()
        .setProto(FileDescriptorSet.newBuilder().addAllFile(files).build().toByteString())
        .addAllEntities(List.of(entities))
        .setServiceInfo(
            ServiceInfo.newBuilder()
                .setProtocolMajorVersion(major)
                .setProtocolMinorVersion(minor)
                .setSupportLibraryName("some-library")
                .setSupportLibraryVersion("1.2.3"))
        .build();
  }

  static Entity entity(EntityType type, String service, String persistenceId) {
    return entity(type.protocolService(), service, persistenceId);
  }

  static Entity entity(String type, String service, String persistenceId) {
    return Entity.newBuilder()
        .setEntityType(type)
        .setServiceName(service)
        .setPersistenceId(persistenceId)
        .build();
  }

  static Entity withTimeout(Entity entity, long millis) {
    return entity.toBuilder()
        .setPassivationStrategy(
            EntityPassivationStrategy.newBuilder()
                .setTimeout(TimeoutPassivationStrategy.newBuilder().setTimeout(millis)))
        .build();
  }

  /** A file of the package {@code test} with one message and the service {@code Things}. */
  static FileDescriptorProto file(
      String name, DescriptorProto message, MethodDescriptorProto... methods) {
    return FileDescriptorProto.newBuilder()
        .setName(name)
        .setPackage("test")
        .setSyntax("proto3")
        .addMessageType(message)
        .addService(service("Things", methods))
        .build();
  }

  /** A file with nothing but imports. */
  static FileDescriptorProto importing(String name, String... imports) {
    return FileDescriptorProto.newBuilder()
        .setName(name)
        .setSyntax("proto3")
        .addAllDependency(List.of(imports))
        .build();
  }

  static ServiceDescriptorProto service(String name, MethodDescriptorProto... methods) {
    return ServiceDescriptorProto.newBuilder().setName(name).addAllMethod(List.of(methods)).build();
  }

  static MethodDescriptorProto rpc(String name, String input) {
    return MethodDescriptorProto.newBuilder()
        .setName(name)
        .setInputType(".test." + input)
        .setOutputType(".test." + input)
        .build();
  }

  static MethodDescriptorProto streamedIn(String name, String input) {
    return rpc(name, input).toBuilder().setClientStreaming(true).build();
  }

  static MethodDescriptorProto streamedOut(String name, String input) {
    return rpc(name, input).toBuilder().setServerStreaming(true).build();
  }

  /** A message whose fields are numbered in their order. */
  static DescriptorProto message(String name, FieldDescriptorProto... fields) {
    var message = DescriptorProto.newBuilder().setName(name);
    for (var field : fields) {
      message.addField(field.toBuilder().setNumber(message.getFieldCount() + 1));
    }
    return message.build();
  }

  static FieldDescriptorProto field(String name) {
    return FieldDescriptorProto.newBuilder()
        .setName(name)
        .setType(FieldDescriptorProto.Type.TYPE_STRING)
        .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL)
        .build();
  }

  static FieldDescriptorProto key(String name) {
    return marked(field(name), KEY, 1);
  }

  static FieldDescriptorProto marked(FieldDescriptorProto field, int option, long... values) {
    var content = UnknownFieldSet.Field.newBuilder();
    for (var value : values) {
      content.addVarint(value);
    }
    return field.toBuilder()
        .setOptions(
            FieldOptions.newBuilder()
                .setUnknownFields(
                    UnknownFieldSet.newBuilder().addField(option, content.build()).build()))
        .build();
  }

  /** A file with everything it imports, imports first. */
  static List<FileDescriptorProto> closure(FileDescriptor file) {
    var files = new LinkedHashMap<String, FileDescriptorProto>();
    collect(file, files);
    return new ArrayList<>(files.values());
  }

  private static void collect(FileDescriptor file, Map<String, FileDescriptorProto> files) {
    file.getDependencies().forEach(dependency -> collect(dependency, files));
    files.put(file.getName(), file.toProto());
  }
}
