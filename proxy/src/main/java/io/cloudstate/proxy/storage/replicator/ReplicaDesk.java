package io.cloudstate.proxy.storage.replicator;

import akka.actor.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.cluster.Cluster;
import akka.cluster.ClusterEvent;
import akka.cluster.ClusterEvent.MemberEvent;
import akka.cluster.ClusterEvent.MemberUp;
import akka.cluster.ClusterEvent.MemberWeaklyUp;
import akka.cluster.ClusterEvent.ReachableMember;
import akka.cluster.ddata.Replicator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Takes what the replicator and the cluster say of their own accord and hands it to those who
 * listen. Also tells the replicator when to send: Akka's own clock for changes runs at a fifth of
 * its interval for gossip, and a gossip between a change and its sending would transfer whole
 * values.
 */
final class ReplicaDesk<V extends Mergeable<V>> extends AbstractBehavior<Object> {

  /** How often the replicator is told to send after a change: it serves a fifth of the nodes. */
  private static final int SENDS_PER_CHANGE = 5;

  /** How often the replicator is told to compare after a node appeared: it takes one at random. */
  private static final int GOSSIPS_PER_ARRIVAL = 3;

  private static final Duration GOSSIP_GAP = Duration.ofMillis(500);

  record Subscribe<V>(String keyId, Consumer<Read<V>> listener) {}

  record Unsubscribe<V>(String keyId, Consumer<Read<V>> listener) {}

  record SubscribeToMembers(Consumer<Set<Node>> listener) {}

  record UnsubscribeFromMembers(Consumer<Set<Node>> listener) {}

  /** What others have to be sent is being changed here. */
  enum Updated {
    HERE
  }

  private enum Tick {
    SEND,
    GOSSIP
  }

  private final ActorRef replicator;
  private final Requests requests;
  private final ActorRef self;
  private final Node node;
  private final Members members;
  private final Duration spreadInterval;
  private final TimerScheduler<Object> timers;
  private final Map<String, List<Consumer<Read<V>>>> listeners = new HashMap<>();
  private final Set<String> followed = new HashSet<>(); // keys of which the replicator tells
  private final List<Consumer<Set<Node>>> memberListeners = new ArrayList<>();
  private int sendsLeft;
  private int gossipsLeft;

  private ReplicaDesk(
      ActorContext<Object> context,
      TimerScheduler<Object> timers,
      ActorRef replicator,
      Requests requests,
      Node node,
      Members members,
      Duration spreadInterval) {
    super(context);
    this.timers = timers;
    this.replicator = replicator;
    this.requests = requests;
    this.self = Adapter.toClassic(context.getSelf());
    this.node = node;
    this.members = members;
    this.spreadInterval = spreadInterval;
  }

  static <V extends Mergeable<V>> Behavior<Object> create(
      ActorRef replicator, Requests requests, Node node, Members members, Duration spreadInterval) {
    Behavior<Object> desk =
        Behaviors.setup(
            context ->
                Behaviors.withTimers(
                    timers -> {
                      var made =
                          new ReplicaDesk<V>(
                              context, timers, replicator, requests, node, members, spreadInterval);
                      Cluster.get(Adapter.toClassic(context.getSystem()))
                          .subscribe(
                              made.self,
                              ClusterEvent.initialStateAsEvents(),
                              MemberEvent.class,
                              ReachableMember.class);
                      return made;
                    }));
    // who fails to take what it asked for must not keep the others from theirs
    return Behaviors.supervise(desk).onFailure(SupervisorStrategy.resume());
  }

  @Override
  public Receive<Object> createReceive() {
    return newReceiveBuilder()
        .onMessage(Replicator.Changed.class, this::onChanged)
        .onMessage(Replicator.Deleted.class, this::onDeleted)
        .onMessageEquals(Updated.HERE, this::onUpdated)
        .onMessageEquals(Tick.SEND, this::onSend)
        .onMessageEquals(Tick.GOSSIP, this::onGossip)
        .onMessage(Subscribe.class, this::onSubscribe)
        .onMessage(Unsubscribe.class, this::onUnsubscribe)
        .onMessage(SubscribeToMembers.class, this::onSubscribeToMembers)
        .onMessage(UnsubscribeFromMembers.class, this::onUnsubscribeFromMembers)
        .onMessage(MemberEvent.class, this::onMemberEvent)
        .onMessage(ReachableMember.class, event -> onArrival())
        .build();
  }

  private Behavior<Object> onUpdated() {
    if (sendsLeft == 0) {
      timers.startSingleTimer(Tick.SEND, spreadInterval);
    }
    sendsLeft = SENDS_PER_CHANGE;
    return Behaviors.same();
  }

  private Behavior<Object> onSend() {
    sendsLeft--;
    if (sendsLeft > 0) {
      timers.startSingleTimer(Tick.SEND, spreadInterval);
    }
    requests.sendChanges();
    return Behaviors.same();
  }

  private Behavior<Object> onArrival() {
    if (gossipsLeft == 0) {
      timers.startSingleTimer(Tick.GOSSIP, GOSSIP_GAP);
    }
    gossipsLeft = GOSSIPS_PER_ARRIVAL;
    return Behaviors.same();
  }

  private Behavior<Object> onGossip() {
    replicator.tell(ReplicatorTicks.COMPARE, self);
    gossipsLeft--;
    if (gossipsLeft > 0) {
      timers.startSingleTimer(Tick.GOSSIP, GOSSIP_GAP);
    }
    return Behaviors.same();
  }

  private Behavior<Object> onChanged(Replicator.Changed<?> changed) {
    Read<V> read = found(changed.dataValue());
    if (read instanceof Read.Found<V>) {
      tell(changed.key().id(), read);
    }
    return Behaviors.same();
  }

  private Behavior<Object> onDeleted(Replicator.Deleted<?> deleted) {
    tell(deleted.key().id(), new Read.Deleted<>());
    return Behaviors.same();
  }

  private void tell(String keyId, Read<V> read) {
    listeners.getOrDefault(keyId, List.of()).forEach(listener -> listener.accept(read));
  }

  /** What a reply of the replicator holds. */
  @SuppressWarnings("unchecked")
  static <V extends Mergeable<V>> Read<V> found(Object data) {
    return ((Replicated<V>) data)
        .existing()
        .<Read<V>>map(Read.Found::new)
        .orElseGet(Read.Absent::new);
  }

  @SuppressWarnings("unchecked")
  private Behavior<Object> onSubscribe(Subscribe<?> subscribe) {
    var subscribed = (Subscribe<V>) subscribe;
    listeners.computeIfAbsent(subscribed.keyId, key -> new ArrayList<>()).add(subscribed.listener);
    followIfNeeded(subscribed.keyId);
    return Behaviors.same();
  }

  /**
   * While nobody but the only listener changes a value there is nothing to tell, and Akka would
   * serialize it for each notification, to see whether it has changed.
   */
  private void followIfNeeded(String keyId) {
    var hasOthers = members.all().size() > 1 || listeners.getOrDefault(keyId, List.of()).size() > 1;
    if (hasOthers && followed.add(keyId)) {
      replicator.tell(new Replicator.Subscribe<>(new ReplicatedKey<V>(keyId), self), self);
    }
  }

  private Behavior<Object> onUnsubscribe(Unsubscribe<?> unsubscribe) {
    var all = listeners.get(unsubscribe.keyId);
    if (all != null && all.remove(unsubscribe.listener) && all.isEmpty()) {
      listeners.remove(unsubscribe.keyId);
      if (followed.remove(unsubscribe.keyId)) {
        replicator.tell(
            new Replicator.Unsubscribe<>(new ReplicatedKey<V>(unsubscribe.keyId), self), self);
      }
    }
    return Behaviors.same();
  }

  private Behavior<Object> onSubscribeToMembers(SubscribeToMembers subscribe) {
    memberListeners.add(subscribe.listener);
    subscribe.listener.accept(members.all());
    return Behaviors.same();
  }

  private Behavior<Object> onUnsubscribeFromMembers(UnsubscribeFromMembers unsubscribe) {
    memberListeners.remove(unsubscribe.listener);
    return Behaviors.same();
  }

  private Behavior<Object> onMemberEvent(MemberEvent event) {
    var member = Replicated.node(event.member().uniqueAddress());
    var isIn = event instanceof MemberUp || event instanceof MemberWeaklyUp;
    var now = new HashSet<>(members.all());
    var isChanged = isIn ? now.add(member) : !member.equals(node) && now.remove(member);
    if (isChanged) {
      members.become(now);
      listeners.keySet().forEach(this::followIfNeeded);
      memberListeners.forEach(listener -> listener.accept(members.all()));
    }
    return isIn ? onArrival() : Behaviors.same();
  }
}
