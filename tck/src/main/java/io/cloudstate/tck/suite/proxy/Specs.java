package io.cloudstate.tck.suite.proxy;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldOptions;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.cloudstate.protocol.EntityOuterClass.Entity;
import io.cloudstate.protocol.EntityOuterClass.EntitySpec;
import io.cloudstate.tck.driver.Rpc;
import io.cloudstate.tck.model.Action;
import io.cloudstate.tck.model.Action.OtherRequest;
import io.cloudstate.tck.model.Action.Response;
import io.cloudstate.tck.model.Eventsourced;
import java.util.Set;
import java.util.TreeSet;

/**
 * The specs of functions that come back as other ones: the usual one and a service of a file that
 * is written here.
 */
final class Specs {

  private static final String PACKAGE = "cloudstate.tck.specs";
  private static final int LEGACY_ENTITY_KEY = 50002;

  /** The service that is added. */
  static final String ADDED = PACKAGE + ".Added";

  static final String METHOD = "Call";

  /** A message whose key is marked by the number that protocol 0.1 has for it. */
  static final String LEGACY_MESSAGE = PACKAGE + ".LegacyKey";

  static final String KEYED = Eventsourced.Request.getDescriptor().getFullName();
  static final String KEYLESS = OtherRequest.getDescriptor().getFullName();
  static final Rpc<OtherRequest, Response> CALL_ACTION =
      new Rpc<>(ADDED, METHOD, OtherRequest.getDefaultInstance(), Response.getDefaultInstance());
  static final Rpc<Eventsourced.Request, Eventsourced.Response> CALL_EVENT_SOURCED =
      new Rpc<>(
          ADDED,
          METHOD,
          Eventsourced.Request.getDefaultInstance(),
          Eventsourced.Response.getDefaultInstance());

  private Specs() {}

  /** With the added service as an action. */
  static EntitySpec withAction(EntitySpec usual) {
    return with(usual, Protocol.entity(Protocol.ACTION, ADDED, ""), method(KEYLESS));
  }

  /** With the added service as an entity of this type, whose one method is this. */
  static EntitySpec withEntity(EntitySpec usual, String type, MethodDescriptorProto method) {
    return with(usual, Protocol.entity(type, ADDED, "added"), method);
  }

  private static EntitySpec with(EntitySpec usual, Entity entity, MethodDescriptorProto method) {
    return withFile(usual, file("added", method).build()).toBuilder().addEntities(entity).build();
  }

  /** With one more file of descriptors. */
  static EntitySpec withFile(EntitySpec usual, FileDescriptorProto file) {
    var files = files(usual).toBuilder().addFile(file).build();
    return usual.toBuilder().setProto(files.toByteString()).build();
  }

  private static FileDescriptorSet files(EntitySpec spec) {
    try {
      return FileDescriptorSet.parseFrom(spec.getProto());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("descriptors that are none", e);
    }
  }

  /** Full names of those that are in the descriptors. */
  static Set<String> services(EntitySpec spec) {
    var names = new TreeSet<String>();
    for (var file : files(spec).getFileList()) {
      file.getServiceList()
          .forEach(service -> names.add(file.getPackage() + "." + service.getName()));
    }
    return names;
  }

  /** A unary method with this parameter. */
  static MethodDescriptorProto method(String input) {
    var output = input.equals(KEYLESS) ? Response.getDescriptor() : response();
    return MethodDescriptorProto.newBuilder()
        .setName(METHOD)
        .setInputType("." + input)
        .setOutputType("." + output.getFullName())
        .build();
  }

  /** A file without services that imports this one. */
  static FileDescriptorProto importing(String name, String dependency) {
    return FileDescriptorProto.newBuilder()
        .setName(fileName(name))
        .setPackage(PACKAGE)
        .setSyntax("proto3")
        .addDependency(dependency)
        .build();
  }

  static String fileName(String name) {
    return "cloudstate/tck/specs/" + name + ".proto";
  }

  private static FileDescriptorProto.Builder file(String name, MethodDescriptorProto method) {
    return FileDescriptorProto.newBuilder()
        .setName(fileName(name))
        .setPackage(PACKAGE)
        .setSyntax("proto3")
        .addDependency(Action.getDescriptor().getName())
        .addDependency(Eventsourced.getDescriptor().getName())
        .addMessageType(legacyMessage())
        .addService(ServiceDescriptorProto.newBuilder().setName("Added").addMethod(method));
  }

  private static DescriptorProto legacyMessage() {
    var isKey = UnknownFieldSet.Field.newBuilder().addVarint(1).build();
    var options =
        FieldOptions.newBuilder()
            .setUnknownFields(
                UnknownFieldSet.newBuilder().addField(LEGACY_ENTITY_KEY, isKey).build());
    return DescriptorProto.newBuilder()
        .setName("LegacyKey")
        .addField(
            FieldDescriptorProto.newBuilder()
                .setName("id")
                .setNumber(1)
                .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL)
                .setType(FieldDescriptorProto.Type.TYPE_STRING)
                .setOptions(options))
        .build();
  }

  private static com.google.protobuf.Descriptors.Descriptor response() {
    return Eventsourced.Response.getDescriptor();
  }
}
