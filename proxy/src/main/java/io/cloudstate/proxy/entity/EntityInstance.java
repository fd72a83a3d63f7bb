package io.cloudstate.proxy.entity;

import akka.actor.typed.ActorRef;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import io.cloudstate.proxy.discovery.ServiceDefinition;

/**
 * Which entity an actor is.
 *
 * @param metrics of its service
 * @param shard hosts the actor
 */
public record EntityInstance(
    ServiceDefinition service,
    String entityId,
    EntityMetrics metrics,
    ActorRef<ClusterSharding.ShardCommand> shard) {

  /** The entity's name in the cluster, for its journal and for logs. */
  public String key() {
    return key(service, entityId);
  }

  /** The name of an entity: spec/event-sourced.md 1. */
  public static String key(ServiceDefinition service, String entityId) {
    return service.persistenceId() + "|" + entityId;
  }
}
