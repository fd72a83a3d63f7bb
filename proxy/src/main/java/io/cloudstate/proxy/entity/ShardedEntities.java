package io.cloudstate.proxy.entity;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AskPattern;
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
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The entities of one kind, spread over the cluster: takes each command to the one instance of its
 * entity. Thread-safe.
 *
 * <p>Implements spec/event-sourced.md 1.
 */
public final class ShardedEntities {

  private static final Duration LOOK_TIMEOUT = Duration.ofSeconds(3);

  private final ActorSystem<?> system;
  private final EntityType type;
  private final int numberOfShards;
  private final EntityMetrics.Source metrics;
  private final Function<EntityInstance, Behavior<EntityActor.Message>> behavior;
  private final Map<String, ServiceDefinition> services = new ConcurrentHashMap<>();
  private final Map<String, ActorRef<ShardingEnvelope<EntityActor.Message>>> regions =
      new ConcurrentHashMap<>();
  private final Map<String, Home[]> homes = new ConcurrentHashMap<>();

  /**
   * No entities yet: see {@link #serve}.
   *
   * @param behavior makes the actor of an instance
   */
  public ShardedEntities(
      ActorSystem<?> system,
      EntityType type,
      int numberOfShards,
      EntityMetrics.Source metrics,
      Function<EntityInstance, Behavior<EntityActor.Message>> behavior) {
    this.system = system;
    this.type = type;
    this.numberOfShards = numberOfShards;
    this.metrics = metrics;
    this.behavior = behavior;
  }

  /**
   * Takes commands for the catalog's services of this kind from now on. Instances that are loaded
   * keep what they were loaded with until they are loaded again.
   */
  public void serve(ServiceCatalog catalog) {
    for (var service : catalog.services()) {
      if (service.type() == type) {
        services.put(service.persistenceId(), service);
        homes.computeIfAbsent(service.persistenceId(), id -> Home.of(numberOfShards));
        var region = regions.computeIfAbsent(service.persistenceId(), this::startRegion);
        LostCommands.of(system).watch(service.name(), region, metrics.of(service));
      }
    }
  }

  /** As {@link EntityKind#invoke}. */
  public void invoke(
      ServiceDefinition service, String entityId, Call call, Consumer<Answer> answer) {
    var region = regions.get(service.persistenceId());
    if (region == null) {
      answer.accept(
          Answer.failed(
              new Failure.NotServed("Service [%s] is not served yet".formatted(service.name()))));
      return;
    }
    var invoke =
        new EntityActor.Invoke(
            new Pending(call, answer, entityId, home(service.persistenceId(), entityId)));
    region.tell(new ShardingEnvelope<>(entityId, invoke));
  }

  private Home home(String persistenceId, String entityId) {
    var known = homes.get(persistenceId);
    if (known == null) {
      throw new AssertionError("not served: " + persistenceId);
    }
    return known[Math.abs(entityId.hashCode() % numberOfShards)]; // as HashCodeMessageExtractor
  }

  /** As {@link EntityKind#look}. */
  public CompletionStage<Optional<Sight>> look(ServiceDefinition service, String entityId) {
    var region = regions.get(service.persistenceId());
    if (region == null) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    CompletionStage<Sight> sight =
        AskPattern.ask(
            region,
            replyTo -> new ShardingEnvelope<>(entityId, new EntityActor.Look(replyTo)),
            LOOK_TIMEOUT,
            system.scheduler());
    return sight.thenApply(Optional::of);
  }

  private ActorRef<ShardingEnvelope<EntityActor.Message>> startRegion(String persistenceId) {
    var settings = ClusterShardingSettings.create(system);
    return ClusterSharding.get(system)
        .init(
            Entity.of(
                    EntityTypeKey.create(EntityActor.Message.class, persistenceId),
                    context -> {
                      var service = service(persistenceId);
                      return behavior.apply(
                          new EntityInstance(
                              service,
                              context.getEntityId(),
                              metrics.of(service),
                              context.getShard()));
                    })
                .withSettings(settings)
                .withMessageExtractor(new HashCodeMessageExtractor<>(numberOfShards))
                .withStopMessage(EntityActor.Stop.INSTANCE));
  }

  private ServiceDefinition service(String persistenceId) {
    var service = services.get(persistenceId);
    if (service == null) {
      throw new AssertionError("not served: " + persistenceId);
    }
    return service;
  }
}
