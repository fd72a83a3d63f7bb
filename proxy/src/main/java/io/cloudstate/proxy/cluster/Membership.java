package io.cloudstate.proxy.cluster;

import akka.actor.Address;
import akka.actor.typed.ActorSystem;
import akka.cluster.Cluster;
import akka.cluster.MemberStatus;
import akka.management.cluster.bootstrap.ClusterBootstrap;
import io.cloudstate.proxy.config.NodeAddress;
import io.cloudstate.proxy.config.ProxySettings;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.StreamSupport;

/** This node's place in the cluster. */
public final class Membership {

  private final ActorSystem<?> system;
  private final ProxySettings.Cluster settings;
  private final Cluster cluster;

  public Membership(ActorSystem<?> system, ProxySettings.Cluster settings) {
    this.system = system;
    this.settings = settings;
    this.cluster = Cluster.get(system.classicSystem());
  }

  /**
   * Joins the cluster, or forms one. The stage ends when this node is up, and never if it does not
   * come to that.
   *
   * @param contactPoint ends when this node's management port is open, which others may have to ask
   */
  public CompletionStage<Void> join(CompletionStage<?> contactPoint) {
    var isUp = new CompletableFuture<Void>();
    cluster.registerOnMemberUp(() -> isUp.complete(null));
    switch (settings.formation()) {
      case SINGLE -> cluster.join(cluster.selfAddress());
      case SEED_NODES -> cluster.joinSeedNodes(addresses(settings.seedNodes()));
      case KUBERNETES, DNS, CONFIG ->
          contactPoint.thenRun(() -> ClusterBootstrap.get(system.classicSystem()).start());
    }
    return isUp;
  }

  /** What keeps this node from being sent calls. */
  public Optional<String> trouble() {
    if (cluster.isTerminated()) {
      return Optional.of("no member of the cluster any more");
    }
    var status = cluster.selfMember().status();
    if (status.equals(MemberStatus.up())) {
      return Optional.empty();
    }
    return Optional.of(
        status.equals(MemberStatus.removed())
            ? "no cluster joined yet" + why()
            : "still " + status);
  }

  private String why() {
    return settings.formation().isBootstrap()
        ? ContactPoints.of(system)
            .trouble(settings.requiredContactPoints())
            .map(": "::concat)
            .orElse("")
        : "";
  }

  /** A node as this one sees it. */
  public record Node(String address, String status, boolean isReachable) {}

  /** All nodes of the cluster, this one among them. */
  public record View(String self, List<Node> nodes) {}

  /** What this node knows of its cluster. */
  public View view() {
    var state = cluster.state();
    var unreachable = state.getUnreachable();
    return new View(
        cluster.selfAddress().toString(),
        StreamSupport.stream(state.getMembers().spliterator(), false)
            .map(
                member ->
                    new Node(
                        member.address().toString(),
                        member.status().toString(),
                        !unreachable.contains(member)))
            .toList());
  }

  /** How many members have each status, as this node sees them. */
  public Map<String, Integer> countByStatus() {
    var counts = new TreeMap<String, Integer>();
    cluster
        .state()
        .getMembers()
        .forEach(
            member ->
                counts.merge(member.status().toString().toLowerCase(Locale.ROOT), 1, Integer::sum));
    return counts;
  }

  /** How many members do not answer, as this node sees them. */
  public int unreachable() {
    return cluster.state().getUnreachable().size();
  }

  /** What only a start of the process can help against: it was thrown out. */
  public Optional<String> removal() {
    return cluster.isTerminated()
        ? Optional.of("no member of the cluster any more")
        : Optional.empty();
  }

  private List<Address> addresses(List<NodeAddress> nodes) {
    return nodes.stream()
        .map(node -> new Address("akka", system.name(), node.host(), node.port()))
        .toList();
  }
}
