package io.cloudstate.proxy.entity.value;

import akka.actor.typed.ActorSystem;
import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.discovery.EntityType;
import io.cloudstate.proxy.discovery.ServiceCatalog;
import io.cloudstate.proxy.discovery.ServiceDefinition;
import io.cloudstate.proxy.entity.EntityKind;
import io.cloudstate.proxy.entity.ShardedEntities;
import io.cloudstate.proxy.entity.Sight;
import io.cloudstate.proxy.storage.store.ValueKey;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Value entities as the router sees them. Thread-safe. */
public final class ValueKind implements EntityKind {

  private final ShardedEntities entities;

  public ValueKind(ActorSystem<?> system, ValueEnvironment environment) {
    this.entities =
        new ShardedEntities(
            system,
            EntityType.VALUE,
            environment.shared().entities().numberOfShards(),
            environment.shared().metrics(),
            instance -> ValueEntity.create(environment, instance));
  }

  /**
   * Takes commands for the catalog's value services from now on. Instances that are loaded keep
   * what they were loaded with until they are loaded again.
   */
  public void serve(ServiceCatalog catalog) {
    entities.serve(catalog);
  }

  @Override
  public int maxKeyLength(ServiceDefinition service) {
    return ValueKey.MAX_LENGTH;
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
