package io.cloudstate.proxy.cluster;

import akka.actor.typed.ActorSystem;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** This node's place in the cluster. */
public final class Membership {

  private Membership() {}

  /** The stage ends when this node is up in a cluster that it joins otherwise. */
  public static CompletionStage<Void> awaitUp(ActorSystem<?> system) {
    var isUp = new CompletableFuture<Void>();
    akka.cluster.Cluster.get(system.classicSystem()).registerOnMemberUp(() -> isUp.complete(null));
    return isUp;
  }

  /** Forms a cluster of this node alone; the stage ends when the node is up. */
  public static CompletionStage<Void> joinSelf(ActorSystem<?> system) {
    var isUp = awaitUp(system);
    var cluster = Cluster.get(system);
    cluster.manager().tell(Join.create(cluster.selfMember().address()));
    return isUp;
  }
}
