package io.cloudstate.proxy.ingress.grpc;

import io.cloudstate.proxy.discovery.MethodDefinition;
import io.cloudstate.proxy.discovery.ServiceCatalog;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The methods of one catalog by their path on the wire. Immutable. */
public final class GrpcMethods {

  private final Map<String, Target> byPath;

  private GrpcMethods(Map<String, Target> byPath) {
    this.byPath = byPath;
  }

  public static GrpcMethods of(ServiceCatalog catalog) {
    var byPath = new HashMap<String, Target>();
    for (var service : catalog.services()) {
      for (var method : service.methods().values()) {
        byPath.put("/" + service.name() + "/" + method.name(), new Target(service.name(), method));
      }
    }
    return new GrpcMethods(Map.copyOf(byPath));
  }

  @Nullable Target at(String path) {
    return byPath.get(path);
  }

  record Target(String service, MethodDefinition method) {}
}
