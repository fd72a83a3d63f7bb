package io.cloudstate.proxy.entity.eventsourced;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.cluster.sharding.typed.ClusterShardingSettings;
import akka.cluster.sharding.typed.HashCodeMessageExtractor;
import akka.cluster.sharding.typed.ShardingEnvelope;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.Entity;
import akka.cluster.sharding.typed.javadsl.EntityTypeKey;
import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.discovery.EntityType;
import io.cloudstate.proxy.discovery.ServiceCatalog;
import io.cloudstate.proxy.discovery.ServiceDefinition;
import io.cloudstate.proxy.entity.EntityKind;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Event sourced entities as the router sees them: takes each command to the one instance of its
 * entity in the cluster. Thread-safe.
 *
 * <p>Implements spec/event-sourced.md 1.
 */
public final class EventSourcedKind implements EntityKind {

  /** Columns of the store are this wide; longer names would fail at the first write only. */
  private static final int MAX_PERSISTENCE_ID_LENGTH = 255;

  private final ActorSystem<?> system;
  private final EntityEnvironment environment;
  private final Map<String, ServiceDefinition> services = new ConcurrentHashMap<>();
  private final Map<String, ActorRef<ShardingEnvelope<EventSourcedEntity.Message>>> regions =
      new ConcurrentHashMap<>();

  public EventSourcedKind(ActorSystem<?> system, EntityEnvironment environment) {
    this.system = system;
    this.environment = environment;
  }

  /**
   * Takes commands for the catalog's event sourced services from now on. Instances that are loaded
   * keep what they were loaded with until they are loaded again.
   */
  public void serve(ServiceCatalog catalog) {
    for (var service : catalog.services()) {
      if (service.type() == EntityType.EVENT_SOURCED) {
        services.put(service.persistenceId(), service);
        regions.computeIfAbsent(service.persistenceId(), this::startRegion);
      }
    }
  }

  @Override
  public int maxKeyLength(ServiceDefinition service) {
    return MAX_PERSISTENCE_ID_LENGTH - persistenceId(service, "").length();
  }

  @Override
  public void invoke(
      ServiceDefinition service, String entityId, Call call, Consumer<Answer> answer) {
    var region = regions.get(service.persistenceId());
    if (region == null) {
      answer.accept(
          Answer.failed(
              new Failure.NotServed("Service [%s] is not served yet".formatted(service.name()))));
      return;
    }
    var invoke = new EventSourcedEntity.Invoke(new Pending(call, answer));
    region.tell(new ShardingEnvelope<>(entityId, invoke));
  }

  /** The entity's name in the journal. */
  static String persistenceId(ServiceDefinition service, String entityId) {
    return service.persistenceId() + "|" + entityId;
  }

  private ActorRef<ShardingEnvelope<EventSourcedEntity.Message>> startRegion(String type) {
    var settings =
        ClusterShardingSettings.create(system)
            .withNoPassivationStrategy(); // entities ask for it themselves
    var shards =
        new HashCodeMessageExtractor<EventSourcedEntity.Message>(
            environment.entities().numberOfShards());
    return ClusterSharding.get(system)
        .init(
            Entity.of(
                    EntityTypeKey.create(EventSourcedEntity.Message.class, type),
                    context ->
                        EventSourcedEntity.create(
                            environment, service(type), context.getEntityId(), context.getShard()))
                .withSettings(settings)
                .withMessageExtractor(shards)
                .withStopMessage(EventSourcedEntity.Stop.INSTANCE));
  }

  private ServiceDefinition service(String persistenceId) {
    var service = services.get(persistenceId);
    if (service == null) {
      throw new AssertionError("not served: " + persistenceId);
    }
    return service;
  }
}
