package io.cloudstate.proxy.router;

import io.cloudstate.proxy.discovery.EntityType;
import io.cloudstate.proxy.discovery.ServiceCatalog;
import io.cloudstate.proxy.discovery.ServiceDefinition;
import io.cloudstate.proxy.entity.EntityKind;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Every method of a catalog with what is needed to route to it. Immutable. */
final class Routes {

  private final Map<String, Map<String, Route>> byService;

  private Routes(Map<String, Map<String, Route>> byService) {
    this.byService = byService;
  }

  /**
   * The routes of a catalog.
   *
   * @param kinds one for each type of service in the catalog; anything else is a bug
   */
  static Routes of(ServiceCatalog catalog, Map<EntityType, EntityKind> kinds) {
    var byService = new HashMap<String, Map<String, Route>>();
    for (var service : catalog.services()) {
      var kind = kinds.get(service.type());
      if (kind == null) {
        throw new AssertionError("no kind for " + service.type());
      }
      byService.put(service.name(), routes(service, kind));
    }
    return new Routes(byService);
  }

  /** By simple name of the rpc; null for an unknown service. */
  @Nullable Map<String, Route> methods(String service) {
    return byService.get(service);
  }

  private static Map<String, Route> routes(ServiceDefinition service, EntityKind kind) {
    var routes = new HashMap<String, Route>();
    for (var method : service.methods().values()) {
      var keys = KeyScanner.of(method, kind.maxKeyLength(service));
      routes.put(method.name(), new Route(service, method, kind, keys));
    }
    return routes;
  }
}
