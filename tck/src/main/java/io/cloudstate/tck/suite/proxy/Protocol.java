package io.cloudstate.tck.suite.proxy;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.cloudstate.protocol.EntityOuterClass.Entity;
import io.cloudstate.protocol.EntityOuterClass.EntityPassivationStrategy;
import io.cloudstate.protocol.EntityOuterClass.EntitySpec;
import io.cloudstate.protocol.EntityOuterClass.ServiceInfo;
import io.cloudstate.protocol.EntityOuterClass.TimeoutPassivationStrategy;
import io.cloudstate.tck.driver.FunctionRpcs;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the kit as a function says of itself: its spec, and the types of its entities. */
final class Protocol {

  static final String EVENT_SOURCED = FunctionRpcs.EVENT_SOURCED.service();
  static final String VALUE = FunctionRpcs.VALUE.service();
  static final String CRDT = FunctionRpcs.CRDT.service();
  static final String ACTION = FunctionRpcs.UNARY_ACTION.service();

  private Protocol() {}

  static Entity entity(String type, String service, String persistenceId) {
    return Entity.newBuilder()
        .setEntityType(type)
        .setServiceName(service)
        .setPersistenceId(persistenceId)
        .build();
  }

  static Entity entity(String type, String service, String persistenceId, long timeoutMillis) {
    return entity(type, service, persistenceId).toBuilder()
        .setPassivationStrategy(
            EntityPassivationStrategy.newBuilder()
                .setTimeout(TimeoutPassivationStrategy.newBuilder().setTimeout(timeoutMillis)))
        .build();
  }

  static EntitySpec spec(List<Entity> entities, List<FileDescriptor> files) {
    return EntitySpec.newBuilder()
        .setProto(descriptors(files).toByteString())
        .addAllEntities(entities)
        .setServiceInfo(
            ServiceInfo.newBuilder()
                .setServiceName("conformance kit")
                .setServiceVersion("1")
                .setServiceRuntime("Java")
                .setSupportLibraryName("conformance kit")
                .setSupportLibraryVersion("1")
                .setProtocolMajorVersion(0)
                .setProtocolMinorVersion(2))
        .build();
  }

  private static FileDescriptorSet descriptors(List<FileDescriptor> files) {
    var all = new LinkedHashMap<String, FileDescriptor>();
    files.forEach(file -> collect(file, all));
    var set = FileDescriptorSet.newBuilder();
    all.values().forEach(file -> set.addFile(file.toProto()));
    return set.build();
  }

  private static void collect(FileDescriptor file, Map<String, FileDescriptor> all) {
    if (!all.containsKey(file.getName())) {
      file.getDependencies().forEach(dependency -> collect(dependency, all));
      all.put(file.getName(), file);
    }
  }
}
