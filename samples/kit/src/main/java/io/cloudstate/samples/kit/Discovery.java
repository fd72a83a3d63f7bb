package io.cloudstate.samples.kit;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Empty;
import io.cloudstate.protocol.EntityDiscoveryGrpc;
import io.cloudstate.protocol.EntityOuterClass.Entity;
import io.cloudstate.protocol.EntityOuterClass.EntitySpec;
import io.cloudstate.protocol.EntityOuterClass.ProxyInfo;
import io.cloudstate.protocol.EntityOuterClass.ServiceInfo;
import io.cloudstate.protocol.EntityOuterClass.UserFunctionError;
import io.grpc.stub.StreamObserver;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Tells the proxy what a function serves, and prints what the proxy has to complain about. */
public final class Discovery extends EntityDiscoveryGrpc.EntityDiscoveryImplBase {

  private final EntitySpec spec;

  /**
   * @param name of the function
   * @param entities the services it serves, and by which protocol
   * @param files that describe these services; what they import is added
   */
  public Discovery(String name, List<Entity> entities, FileDescriptor... files) {
    this.spec =
        EntitySpec.newBuilder()
            .setProto(withImports(files).toByteString())
            .addAllEntities(entities)
            .setServiceInfo(
                ServiceInfo.newBuilder()
                    .setServiceName(name)
                    .setServiceVersion("0.1.0")
                    .setServiceRuntime("Java " + Runtime.version())
                    .setSupportLibraryName("none")
                    .setProtocolMajorVersion(0)
                    .setProtocolMinorVersion(2))
            .build();
  }

  public EntitySpec spec() {
    return spec;
  }

  @Override
  public void discover(ProxyInfo proxy, StreamObserver<EntitySpec> response) {
    System.out.println("discovered by " + proxy.getProxyName() + " " + proxy.getProxyVersion());
    response.onNext(spec);
    response.onCompleted();
  }

  @Override
  public void reportError(UserFunctionError error, StreamObserver<Empty> response) {
    System.err.println("the proxy reports: " + error.getMessage());
    response.onNext(Empty.getDefaultInstance());
    response.onCompleted();
  }

  /** The services' files and all they import, since the proxy knows none of them. */
  private static FileDescriptorSet withImports(FileDescriptor... files) {
    var all = new LinkedHashSet<FileDescriptor>();
    for (var file : files) {
      addWithImports(file, all);
    }
    var set = FileDescriptorSet.newBuilder();
    all.forEach(file -> set.addFile(file.toProto()));
    return set.build();
  }

  private static void addWithImports(FileDescriptor file, Set<FileDescriptor> files) {
    file.getDependencies().forEach(imported -> addWithImports(imported, files));
    files.add(file);
  }
}
