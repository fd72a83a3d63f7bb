package io.cloudstate.tck.suite.model;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.InvalidProtocolBufferException;
import io.cloudstate.tck.driver.ScriptedProxy;
import io.cloudstate.tck.rule.Mismatch;
import io.cloudstate.tck.rule.NotApplicable;
import java.util.stream.Stream;

/** What the function has to say of its services in discovery. */
final class Declarations {

  /** The service is of this type, and described in the descriptors that the spec carries. */
  static void declares(ScriptedProxy proxy, String service, String type) {
    require("type of " + service, type, proxy.declared(service).getEntityType());
    if (services(proxy).noneMatch(service::equals)) {
      throw new Mismatch("descriptors of the spec", "a service " + service, "none of that name");
    }
  }

  /** The same, with this persistence id. */
  static void declares(ScriptedProxy proxy, String service, String type, String persistenceId) {
    declares(proxy, service, type);
    var declared = proxy.declared(service).getPersistenceId();
    require("persistence id of " + service, persistenceId, declared);
  }

  /** The service's entities are to be unloaded after this time. */
  static void declaresTimeout(ScriptedProxy proxy, String service, long millis) {
    if (proxy.isOfProtocol01()) {
      throw new NotApplicable("protocol 0.1 has no passivation strategy");
    }
    var strategy = proxy.declared(service).getPassivationStrategy();
    require(
        "passivation time-out of " + service,
        millis + " ms",
        strategy.hasTimeout() ? strategy.getTimeout().getTimeout() + " ms" : "none");
  }

  private static Stream<String> services(ScriptedProxy proxy) {
    try {
      return FileDescriptorSet.parseFrom(proxy.spec().getProto()).getFileList().stream()
          .flatMap(Declarations::services);
    } catch (InvalidProtocolBufferException e) {
      throw new Mismatch("descriptors of the spec", "a FileDescriptorSet", e.toString());
    }
  }

  private static Stream<String> services(FileDescriptorProto file) {
    return file.getServiceList().stream().map(each -> file.getPackage() + "." + each.getName());
  }

  private static void require(String what, String expected, String came) {
    if (!came.equals(expected)) {
      throw new Mismatch(what, expected, came);
    }
  }

  private Declarations() {}
}
