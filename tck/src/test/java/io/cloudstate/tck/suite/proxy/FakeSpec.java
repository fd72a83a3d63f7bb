package io.cloudstate.tck.suite.proxy;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import io.cloudstate.protocol.EntityOuterClass.Entity;
import io.cloudstate.protocol.EntityOuterClass.EntitySpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the fake proxy finds wrong with a spec, as far as rules are about it. */
final class FakeSpec {

  private static final int ENTITY_KEY = 1080;
  private static final int LEGACY_ENTITY_KEY = 50002;
  private static final Map<String, String> NAMES =
      Map.of(
          Protocol.EVENT_SOURCED, "Event sourced entities",
          Protocol.VALUE, "Value based entities",
          Protocol.CRDT, "CRDT entities",
          Protocol.ACTION, "Actions");

  private final EntitySpec spec;
  private final Set<Fault> unnoticed;
  private final Map<String, FileDescriptorProto> files = new HashMap<>();
  private final Map<String, DescriptorProto> messages = new HashMap<>();
  private final Map<String, List<MethodDescriptorProto>> services = new HashMap<>();
  private final List<String> mistakes = new ArrayList<>();

  private FakeSpec(EntitySpec spec, Set<Fault> unnoticed) {
    this.spec = spec;
    this.unnoticed = unnoticed;
  }

  static List<String> mistakes(EntitySpec spec, Set<Fault> unnoticed) {
    return new FakeSpec(spec, unnoticed).read();
  }

  private List<String> read() {
    var isLegacy = spec.getServiceInfo().getProtocolMinorVersion() < 2;
    index();
    version();
    files.values().forEach(this::imports);
    if (spec.getEntitiesList().isEmpty()) {
      wrong(Fault.EMPTY_SPECS_UNNOTICED, "No entities were reported by the discover call!");
    }
    for (var entity : spec.getEntitiesList()) {
      if (isLegacy && !entity.getEntityType().equals(Protocol.EVENT_SOURCED)) {
        wrong(Fault.LEGACY_CRDTS_SERVED, entity.getServiceName() + " is not of protocol 0.2");
      }
      entity(entity);
    }
    return mistakes;
  }

  private void index() {
    try {
      for (var file : FileDescriptorSet.parseFrom(spec.getProto()).getFileList()) {
        files.put(file.getName(), file);
        file.getMessageTypeList()
            .forEach(type -> messages.put("." + file.getPackage() + "." + type.getName(), type));
        file.getServiceList()
            .forEach(
                service ->
                    services.put(
                        file.getPackage() + "." + service.getName(), service.getMethodList()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void version() {
    var minor = spec.getServiceInfo().getProtocolMinorVersion();
    var text = "Incompatible protocol version 0." + minor + ", only 0.2 is supported";
    switch (minor) {
      case 0 -> wrongOnlyIf(Fault.VERSION_0_REFUSED, text);
      case 1 -> wrongOnlyIf(Fault.VERSION_1_REFUSED, text);
      case 2 -> {}
      default -> wrong(Fault.ANY_VERSION_WILL_DO, text);
    }
  }

  private void imports(FileDescriptorProto file) {
    for (var dependency : file.getDependencyList()) {
      var imported = files.get(dependency);
      if (imported == null) {
        wrong(
            Fault.MISSING_IMPORTS_UNNOTICED,
            "Descriptor dependency ["
                + dependency
                + "] not found, dependency path: ["
                + file.getName()
                + "]");
      } else if (imported.getDependencyList().contains(file.getName())) {
        wrong(
            Fault.CIRCLES_UNNOTICED,
            "Circular dependency detected in entity spec descriptor: [" + file.getName() + "]");
      }
    }
  }

  private void entity(Entity entity) {
    var service = entity.getServiceName();
    var methods = services.get(service);
    if (methods == null) {
      wrong(
          Fault.MISSING_DESCRIPTORS_UNNOTICED,
          "Service [" + service + "] not found in descriptors!");
      return;
    }
    var name = NAMES.get(entity.getEntityType());
    if (name == null) {
      wrong(
          Fault.OTHER_TYPES_UNNOTICED,
          "Service ["
              + service
              + "] has declared an unsupported entity type ["
              + entity.getEntityType()
              + "]. Supported types are some");
    } else if (!entity.getEntityType().equals(Protocol.ACTION)) {
      methods.forEach(method -> method(entity.getEntityType(), name, service, method));
    }
  }

  private void method(String type, String name, String service, MethodDescriptorProto method) {
    if (type.equals(Protocol.CRDT) && method.getClientStreaming()) {
      wrong(
          Fault.CRDT_STREAMS_IN_UNNOTICED,
          name
              + " do not support streaming in from the client, but "
              + service
              + " has the following streamed methods: "
              + method.getName());
    } else if (!type.equals(Protocol.CRDT) && method.getServerStreaming()) {
      wrong(
          type.equals(Protocol.VALUE)
              ? Fault.VALUE_STREAMS_UNNOTICED
              : Fault.EVENT_SOURCED_STREAMS_UNNOTICED,
          name
              + " do not support streamed methods, but "
              + service
              + " has the following streamed methods: "
              + method.getName());
    }
    if (!hasKey(method)) {
      wrong(
          type.equals(Protocol.VALUE)
              ? Fault.VALUES_WITHOUT_KEY_UNNOTICED
              : type.equals(Protocol.CRDT)
                  ? Fault.CRDTS_WITHOUT_KEY_UNNOTICED
                  : Fault.EVENT_SOURCED_WITHOUT_KEY_UNNOTICED,
          name
              + " do not support methods whose parameters do not have at least one field marked as"
              + " entity_key, but "
              + service
              + " has the following methods without keys: "
              + method.getName());
    }
  }

  private boolean hasKey(MethodDescriptorProto method) {
    var type = messages.get(method.getInputType());
    return type != null
        && type.getFieldList().stream()
            .map(field -> field.getOptions().getUnknownFields())
            .anyMatch(
                options ->
                    options.hasField(ENTITY_KEY)
                        || (options.hasField(LEGACY_ENTITY_KEY)
                            && !unnoticed.contains(Fault.LEGACY_KEYS_UNKNOWN)));
  }

  private void wrong(Fault unless, String text) {
    if (!unnoticed.contains(unless)) {
      mistakes.add(text);
    }
  }

  private void wrongOnlyIf(Fault fault, String text) {
    if (unnoticed.contains(fault)) {
      mistakes.add(text);
    }
  }
}
