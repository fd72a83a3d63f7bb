package io.cloudstate.proxy;

import akka.actor.typed.ActorSystem;
import io.cloudstate.proxy.cluster.Management;
import io.cloudstate.proxy.cluster.Membership;
import io.cloudstate.proxy.discovery.EntityType;
import io.cloudstate.proxy.discovery.ServiceCatalog;
import io.cloudstate.proxy.discovery.ServiceDefinition;
import io.cloudstate.proxy.entity.EntityKind;
import io.cloudstate.proxy.entity.LoadedEntities;
import io.cloudstate.proxy.entity.Sight;
import io.cloudstate.proxy.eventing.Consumers;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What people can look at on the management port: names, places and numbers, never payloads. */
final class AdminViews {

  /** A service as the user function has announced it. */
  record Service(String name, EntityType kind, String persistenceId, List<String> methods) {}

  /**
   * One entity, be it loaded or not.
   *
   * @param node where it is loaded, or would be; null for a CRDT that is not loaded on this node
   * @param lastActivity null while it is not loaded
   */
  record Entity(
      String type,
      String id,
      boolean isLoaded,
      String state,
      @Nullable String node,
      int waiting,
      int inFlight,
      @Nullable String lastActivity) {}

  private final ActorSystem<?> system;
  private final Supplier<Optional<ServiceCatalog>> catalog;
  private final Map<EntityType, EntityKind> kinds;
  private final Clock clock;

  /**
   * @param catalog that is served, as soon as there is one; asked each time
   */
  AdminViews(
      ActorSystem<?> system,
      Supplier<Optional<ServiceCatalog>> catalog,
      Map<EntityType, EntityKind> kinds,
      Clock clock) {
    this.system = system;
    this.catalog = catalog;
    this.kinds = kinds;
    this.clock = clock;
  }

  /** By the names under which they are asked for. */
  Map<String, Management.View> byName(Membership membership, Consumers consumers) {
    return Map.of(
        "consumers",
        consumers::view,
        "members",
        () -> CompletableFuture.completedFuture(membership.view()),
        "services",
        () -> CompletableFuture.completedFuture(services()),
        "entities",
        this::entities);
  }

  /** What can be done with consumers of events, by the names that {@link Management.Desk} has. */
  static Map<String, Management.Operation> commands(Consumers consumers) {
    return Map.of(
        "consumers/resume", (id, slice) -> consumers.resume(id, slice, false),
        "consumers/skip", (id, slice) -> consumers.resume(id, slice, true));
  }

  /** As {@link Management.EntityView}. */
  Optional<CompletionStage<?>> entity(String type, String id) {
    return definitions().stream()
        .filter(service -> service.persistenceId().equals(type) && !type.isEmpty())
        .findFirst()
        .flatMap(service -> Optional.ofNullable(kinds.get(service.type())).map(look(service, id)));
  }

  private Function<EntityKind, CompletionStage<?>> look(ServiceDefinition service, String id) {
    return kind -> kind.look(service, id).thenApply(sight -> entity(service, id, sight));
  }

  private Entity entity(ServiceDefinition service, String id, Optional<Sight> sight) {
    var type = service.persistenceId();
    return sight
        .map(
            seen ->
                new Entity(
                    type,
                    id,
                    seen.isLoaded(),
                    seen.state(),
                    seen.node(),
                    seen.waiting(),
                    seen.inFlight(),
                    isAbsent(seen)
                        ? null
                        : clock.instant().minusMillis(seen.idleMillis()).toString()))
        .orElseGet(() -> new Entity(type, id, false, "ABSENT", null, 0, 0, null));
  }

  private static boolean isAbsent(Sight seen) {
    return seen.state().equals("ABSENT");
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
