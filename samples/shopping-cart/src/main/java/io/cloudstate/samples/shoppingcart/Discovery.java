package io.cloudstate.samples.shoppingcart;

import com.example.shoppingcart.Shoppingcart;
import com.example.shoppingcart.persistence.Domain;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Empty;
import io.cloudstate.protocol.EntityDiscoveryGrpc;
import io.cloudstate.protocol.EntityOuterClass.Entity;
import io.cloudstate.protocol.EntityOuterClass.EntitySpec;
import io.cloudstate.protocol.EntityOuterClass.ProxyInfo;
import io.cloudstate.protocol.EntityOuterClass.ServiceInfo;
import io.cloudstate.protocol.EntityOuterClass.UserFunctionError;
import io.cloudstate.protocol.EventSourcedGrpc;
import io.grpc.stub.StreamObserver;
import java.util.LinkedHashSet;
import java.util.Set;

/** Tells the proxy what this function serves, and prints what the proxy has to complain about. */
final class Discovery extends EntityDiscoveryGrpc.EntityDiscoveryImplBase {

  @Override
  public void discover(ProxyInfo proxy, StreamObserver<EntitySpec> response) {
    System.out.println("discovered by " + proxy.getProxyName() + " " + proxy.getProxyVersion());
    response.onNext(spec());
    response.onCompleted();
  }

  @Override
  public void reportError(UserFunctionError error, StreamObserver<Empty> response) {
    System.err.println("the proxy reports: " + error.getMessage());
    response.onNext(Empty.getDefaultInstance());
    response.onCompleted();
  }

  static EntitySpec spec() {
    return EntitySpec.newBuilder()
        .setProto(descriptors().toByteString())
        .addEntities(
            Entity.newBuilder()
                .setEntityType(EventSourcedGrpc.SERVICE_NAME)
                .setServiceName("com.example.shoppingcart.ShoppingCart")
                .setPersistenceId("shopping-cart"))
        .setServiceInfo(
            ServiceInfo.newBuilder()
                .setServiceName("shopping-cart")
                .setServiceVersion("0.1.0")
                .setServiceRuntime("Java " + Runtime.version())
                .setSupportLibraryName("none")
                .setProtocolMajorVersion(0)
                .setProtocolMinorVersion(2))
        .build();
  }

  /** The service's file and all it imports, since the proxy knows none of them. */
  private static FileDescriptorSet descriptors() {
    var files = new LinkedHashSet<FileDescriptor>();
    addWithImports(Shoppingcart.getDescriptor(), files);
    addWithImports(Domain.getDescriptor(), files);
    var set = FileDescriptorSet.newBuilder();
    files.forEach(file -> set.addFile(file.toProto()));
    return set.build();
  }

  private static void addWithImports(FileDescriptor file, Set<FileDescriptor> files) {
    file.getDependencies().forEach(imported -> addWithImports(imported, files));
    files.add(file);
  }
}
