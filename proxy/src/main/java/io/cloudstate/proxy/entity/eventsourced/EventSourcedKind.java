package io.cloudstate.proxy.entity.eventsourced;

import akka.actor.typed.ActorSystem;
import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.discovery.EntityType;
import io.cloudstate.proxy.discovery.ServiceCatalog;
import io.cloudstate.proxy.discovery.ServiceDefinition;
import io.cloudstate.proxy.entity.EntityInstance;
import io.cloudstate.proxy.entity.EntityKind;
import io.cloudstate.proxy.entity.ShardedEntities;
import io.cloudstate.proxy.entity.Sight;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Event sourced entities as the router sees them. Thread-safe. */
public final class EventSourcedKind implements EntityKind {

  /** Columns of the store are this wide; longer names would fail at the first write only. */
  private static final int MAX_PERSISTENCE_ID_LENGTH = 255;

  private final ShardedEntities entities;

  public EventSourcedKind(ActorSystem<?> system, EventSourcedEnvironment environment) {
    this.entities =
        new ShardedEntities(
            system,
            EntityType.EVENT_SOURCED,
            environment.shared().entities().numberOfShards(),
            environment.shared().metrics(),
            instance -> EventSourcedEntity.create(environment, instance));
  }

  /**
   * Takes commands for the catalog's event sourced services from now on. Instances that are loaded
   * keep what they were loaded with until they are loaded again.
   */
  public void serve(ServiceCatalog catalog) {
    entities.serve(catalog);
  }

  @Override
  public int maxKeyLength(ServiceDefinition service) {
    return MAX_PERSISTENCE_ID_LENGTH - EntityInstance.key(service, "").length();
  }

  @Override
  public void invoke(
      ServiceDefinition service, String entityId, Call call, Consumer<Answer> answer) {
    entities.invoke(service, entityId, call, answer);
  }

  @Override
  public CompletionStage<Optional<Sight>> look(ServiceDefinition service, String entityId) {
    return entities.look(service, entityId);
  }
}
