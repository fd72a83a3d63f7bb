package io.cloudstate.proxy.entity;

import akka.actor.Address;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.AskPattern;
import akka.cluster.sharding.ShardRegion;
import akka.cluster.sharding.ShardRegion.ClusterShardingStats;
import akka.cluster.sharding.ShardRegion.ShardRegionStats;
import akka.cluster.sharding.typed.GetClusterShardingStats;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.EntityTypeKey;
import akka.pattern.Patterns;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;

/** Where in the cluster how many sharded entities are loaded, for people to look at. */
public final class LoadedEntities {

  private static final Duration EACH_NODE = Duration.ofSeconds(2);
  private static final Duration ALL_NODES = EACH_NODE.plusSeconds(1);

  private LoadedEntities() {}

  /**
   * Asks all nodes. A node or shard that does not answer in time is left out.
   *
   * @param persistenceId that is served here
   * @return by node, how many are loaded in each of its shards
   */
  public static CompletionStage<Map<String, Map<String, Object>>> of(
      ActorSystem<?> system, String persistenceId) {
    var key = EntityTypeKey.create(EntityActor.Message.class, persistenceId);
    CompletionStage<ClusterShardingStats> answer =
        AskPattern.ask(
            ClusterSharding.get(system).shardState(),
            replyTo -> new GetClusterShardingStats(key, EACH_NODE, replyTo),
            ALL_NODES,
            system.scheduler());
    return answer.thenApply(stats -> byNode(stats.getRegions()));
  }

  /**
   * Asks this node's part of sharding how many shards are here. Fails when it takes long.
   *
   * @param persistenceId that is served here
   */
  public static CompletionStage<Integer> shardsHere(ActorSystem<?> system, String persistenceId) {
    var classic = Adapter.toClassic(system);
    var region = akka.cluster.sharding.ClusterSharding.get(classic).shardRegion(persistenceId);
    return Patterns.ask(region, ShardRegion.getRegionStatsInstance(), EACH_NODE)
        .thenApply(stats -> ((ShardRegionStats) stats).getStats().size());
  }

  private static Map<String, Map<String, Object>> byNode(Map<Address, ShardRegionStats> regions) {
    var byNode = new TreeMap<String, Map<String, Object>>();
    regions.forEach(
        (node, shards) -> byNode.put(node.toString(), new TreeMap<>(shards.getStats())));
    return byNode;
  }
}
