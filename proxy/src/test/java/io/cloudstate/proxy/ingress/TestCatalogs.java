package io.cloudstate.proxy.ingress;

import com.example.shoppingcart.Shoppingcart;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.discovery.EntityType;
import io.cloudstate.proxy.discovery.MethodDefinition;
import io.cloudstate.proxy.discovery.ServiceCatalog;
import io.cloudstate.proxy.discovery.ServiceDefinition;
import io.cloudstate.tck.model.Action;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Catalogs as discovery would make them. */
final class TestCatalogs {

  static final String CART = "com.example.shoppingcart.ShoppingCart";
  static final String ACTION = "cloudstate.tck.model.action.ActionTckModel";

  private TestCatalogs() {}

  static ServiceCatalog cart() {
    return catalog(Shoppingcart.getDescriptor());
  }

  static ServiceCatalog actions() {
    return catalog(Action.getDescriptor());
  }

  static ServiceCatalog cartAndActions() {
    return catalog(Shoppingcart.getDescriptor(), Action.getDescriptor());
  }

  private static ServiceCatalog catalog(FileDescriptor... files) {
    var services =
        Stream.of(files)
            .flatMap(file -> file.getServices().stream())
            .map(TestCatalogs::service)
            .toList();
    return new ServiceCatalog(services, List.of(files));
  }

  private static ServiceDefinition service(ServiceDescriptor descriptor) {
    var methods = new HashMap<String, MethodDefinition>();
    for (var method : descriptor.getMethods()) {
      methods.put(
          method.getName(),
          new MethodDefinition(
              method,
              Payload.TYPE_URL_PREFIX + method.getInputType().getFullName(),
              Payload.TYPE_URL_PREFIX + method.getOutputType().getFullName(),
              List.of()));
    }
    var type = descriptor.getFullName().equals(CART) ? EntityType.EVENT_SOURCED : EntityType.ACTION;
    return new ServiceDefinition(descriptor.getFullName(), type, "", Optional.empty(), methods);
  }
}
