package io.cloudstate.proxy.ingress.grpc;

import com.google.protobuf.Descriptors.FileDescriptor;
import io.cloudstate.proxy.discovery.ServiceCatalog;
import io.cloudstate.proxy.discovery.ServiceDefinition;
import io.grpc.health.v1.HealthProto;
import io.grpc.reflection.v1.ServerReflectionProto;
import io.grpc.reflection.v1alpha.ServerReflectionRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * What both reflection services tell of one catalog.
 *
 * @param services the catalog's, sorted by name
 * @param descriptors the catalog's files and those of the built-in services
 */
record Reflected(List<String> services, DescriptorIndex descriptors) {

  static Reflected of(ServiceCatalog catalog) {
    var files = new ArrayList<FileDescriptor>(catalog.files());
    files.add(ServerReflectionRequest.getDescriptor().getFile());
    files.add(ServerReflectionProto.getDescriptor());
    files.add(HealthProto.getDescriptor());
    return new Reflected(
        catalog.services().stream().map(ServiceDefinition::name).sorted().toList(),
        new DescriptorIndex(files));
  }
}
