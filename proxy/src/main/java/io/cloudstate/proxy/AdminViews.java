package io.cloudstate.proxy;

import akka.actor.typed.ActorSystem;
import io.cloudstate.proxy.cluster.Management;
import io.cloudstate.proxy.cluster.Membership;
import io.cloudstate.proxy.discovery.EntityType;
import io.cloudstate.proxy.discovery.ServiceCatalog;
import io.cloudstate.proxy.discovery.ServiceDefinition;
import io.cloudstate.proxy.entity.LoadedEntities;
import io.cloudstate.proxy.eventing.Consumers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** What people can look at on the management port: names, places and numbers, never payloads. */
final class AdminViews {

  /** A service as the user function has announced it. */
  record Service(String name, EntityType kind, String persistenceId, List<String> methods) {}

  private final ActorSystem<?> system;
  private final Supplier<Optional<ServiceCatalog>> catalog;

  private AdminViews(ActorSystem<?> system, Supplier<Optional<ServiceCatalog>> catalog) {
    this.system = system;
    this.catalog = catalog;
  }

  /**
   * By the names under which they are asked for.
   *
   * @param catalog that is served, as soon as there is one; asked each time
   */
  static Map<String, Management.View> of(
      ActorSystem<?> system,
      Membership membership,
      Supplier<Optional<ServiceCatalog>> catalog,
      Consumers consumers) {
    var views = new AdminViews(system, catalog);
    return Map.of(
        "consumers",
        consumers::view,
        "members",
        () -> CompletableFuture.completedFuture(membership.view()),
        "services",
        () -> CompletableFuture.completedFuture(views.services()),
        "entities",
        views::entities);
  }

  /** What can be done with consumers of events, by the names that {@link Management.Desk} has. */
  static Map<String, Management.Operation> commands(Consumers consumers) {
    return Map.of(
        "consumers/resume", (id, slice) -> consumers.resume(id, slice, false),
        "consumers/skip", (id, slice) -> consumers.resume(id, slice, true));
  }

  private List<Service> services() {
    return definitions().stream()
        .map(
            service ->
                new Service(
                    service.name(),
                    service.type(),
                    service.persistenceId(),
                    service.methods().keySet().stream().sorted().toList()))
        .toList();
  }

  /** By persistence id, node and shard; CRDTs are loaded everywhere and not counted. */
  private CompletionStage<Map<String, Map<String, Map<String, Object>>>> entities() {
    CompletionStage<Map<String, Map<String, Map<String, Object>>>> all =
        CompletableFuture.completedFuture(new LinkedHashMap<>());
    for (var service : definitions()) {
      if (service.type() == EntityType.EVENT_SOURCED || service.type() == EntityType.VALUE) {
        var id = service.persistenceId();
        all =
            all.thenCombine(
                LoadedEntities.of(system, id),
                (before, loaded) -> {
                  before.put(id, loaded);
                  return before;
                });
      }
    }
    return all;
  }

  private List<ServiceDefinition> definitions() {
    return catalog.get().map(served -> List.copyOf(served.services())).orElse(List.of());
  }
}
