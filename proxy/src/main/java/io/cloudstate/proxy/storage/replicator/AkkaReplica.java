package io.cloudstate.proxy.storage.replicator;

import akka.actor.ActorRef;
import akka.actor.ExtendedActorSystem;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.Adapter;
import akka.cluster.Cluster;
import akka.cluster.ddata.Replicator;
import akka.cluster.ddata.Replicator.ReadConsistency;
import akka.cluster.ddata.Replicator.WriteConsistency;
import akka.cluster.ddata.ReplicatorSettings;
import akka.pattern.Patterns;
import io.cloudstate.proxy.config.ProxySettings.Replication;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import scala.jdk.javaapi.DurationConverters;

/**
 * A replica in Akka's Distributed Data, with a replicator of its own: sharding's has other needs.
 * Changes of this node are collected for a moment and then sent to all others; beside that nodes
 * compare, now and then and when one of them appears, what they hold (docs/decisions/0006).
 */
public final class AkkaReplica<V extends Mergeable<V>> implements Replica<V> {

  /** The name is in {@code large-message-destinations} too. */
  private static final String NAME = "cloudstate-crdt";

  /** One thread for replicator and desk: between them nobody has to be woken up. */
  private static final String DISPATCHER = "akka.actor.cloudstate-replicator-dispatcher";

  private static final Duration HOW_MANY_TIMEOUT = Duration.ofSeconds(3);

  private final Replication settings;
  private final Node self;
  private final ActorRef replicator;
  private final Requests requests;
  private final akka.actor.typed.ActorRef<Object> desk;
  private final Members members;

  private AkkaReplica(
      Replication settings,
      Node self,
      ActorRef replicator,
      Requests requests,
      akka.actor.typed.ActorRef<Object> desk,
      Members members) {
    this.settings = settings;
    this.self = self;
    this.replicator = replicator;
    this.requests = requests;
    this.desk = desk;
    this.members = members;
  }

  /** Starts replicating at once; at most one per actor system. */
  public static <V extends Mergeable<V>> AkkaReplica<V> start(
      ActorSystem<?> system, Replication settings) {
    var classic = (ExtendedActorSystem) Adapter.toClassic(system);
    var replicator =
        classic.systemActorOf(Replicator.props(replicatorSettings(classic, settings)), NAME);
    var thread = classic.dispatchers().lookup(DISPATCHER);
    var requests = new Requests(replicator, ReplicatorReplies.create(classic), thread);
    var self = Replicated.node(Cluster.get(classic).selfUniqueAddress());
    var members = new Members(self);
    var desk =
        system.<Object>systemActorOf(
            ReplicaDesk.<V>create(replicator, requests, self, members, settings.spreadInterval()),
            NAME + "-desk",
            DispatcherSelector.fromConfig(DISPATCHER));
    return new AkkaReplica<>(settings, self, replicator, requests, desk, members);
  }

  private static ReplicatorSettings replicatorSettings(
      ExtendedActorSystem system, Replication settings) {
    return ReplicatorSettings.apply(system)
        .withDispatcher(DISPATCHER)
        .withGossipInterval(DurationConverters.toScala(settings.gossipInterval()))
        .withNotifySubscribersInterval(DurationConverters.toScala(settings.notifyInterval()))
        .withMaxDeltaElements(settings.maxGossipKeys())
        .withLogDataSizeExceeding(settings.largeValueBytes());
  }

  @Override
  public Node self() {
    return self;
  }

  @Override
  public CompletionStage<Read<V>> load(ReplicaKey key) {
    var answer = new CompletableFuture<Read<V>>();
    get(key, new Replicator.ReadMajority(settings.readTimeout()), answer);
    return answer;
  }

  @Override
  public CompletionStage<Read<V>> read(ReplicaKey key) {
    var answer = new CompletableFuture<Read<V>>();
    get(key, Replicator.readLocal(), answer);
    return answer;
  }

  private void get(ReplicaKey key, ReadConsistency consistency, CompletableFuture<Read<V>> answer) {
    Pending pending =
        reply -> {
          if (reply instanceof Replicator.GetFailure<?>) {
            get(key, Replicator.readLocal(), answer);
          } else {
            answer.complete(readOf(reply));
          }
        };
    requests.send(new Replicator.Get<>(akkaKey(key), consistency, Optional.of(pending)));
  }

  private Read<V> readOf(Object reply) {
    if (reply instanceof Replicator.GetSuccess<?> success) {
      return ReplicaDesk.found(success.dataValue());
    }
    if (reply instanceof Replicator.NotFound<?>) {
      return new Read.Absent<>();
    }
    if (reply instanceof Replicator.GetDataDeleted<?>) {
      return new Read.Deleted<>();
    }
    throw new AssertionError("unhandled: " + reply);
  }

  @Override
  public CompletionStage<Written> update(
      ReplicaKey key, WriteLevel level, Function<Optional<V>, Update<V>> change) {
    return update(key, level, change, true);
  }

  @Override
  public CompletionStage<Written> updateSoon(
      ReplicaKey key, Function<Optional<V>, Update<V>> change) {
    return update(key, WriteLevel.LOCAL, change, false);
  }

  private CompletionStage<Written> update(
      ReplicaKey key,
      WriteLevel level,
      Function<Optional<V>, Update<V>> change,
      boolean isAwaited) {
    var answer = new CompletableFuture<Written>();
    var request =
        new Replicator.Update<Replicated<V>>(
            akkaKey(key),
            Replicated.nothing(),
            consistency(level),
            Optional.of(pending(answer)),
            held -> changed(held, change));
    // with others there it goes at once too: their loads ask the replicator, past what is collected
    if (requests.update(request, isAwaited || members.all().size() > 1)) {
      desk.tell(ReplicaDesk.Updated.HERE);
    }
    return answer;
  }

  private static <V extends Mergeable<V>> Replicated<V> changed(
      Replicated<V> held, Function<Optional<V>, Update<V>> change) {
    var update = change.apply(held.held());
    if (update instanceof Update.Changed<V> changed) {
      return held.changed(changed.value(), changed.change());
    }
    if (update instanceof Update.Refused<V> refused) {
      throw new Refusal(refused.reason());
    }
    throw new AssertionError("unhandled: " + update);
  }

  /**
   * Deletions have no delta, so even a local one is sent to all at once; only nobody waits for
   * that.
   */
  @Override
  public CompletionStage<Written> delete(ReplicaKey key, WriteLevel level) {
    var answer = new CompletableFuture<Written>();
    var consistency = level == WriteLevel.LOCAL ? consistency(WriteLevel.ALL) : consistency(level);
    requests.send(new Replicator.Delete<>(akkaKey(key), consistency, Optional.of(pending(answer))));
    if (level == WriteLevel.LOCAL) {
      Pending isDeleted = reply -> answer.complete(new Written.Done());
      requests.send(
          new Replicator.Get<>(akkaKey(key), Replicator.readLocal(), Optional.of(isDeleted)));
    }
    return answer;
  }

  private static Pending pending(CompletableFuture<Written> answer) {
    return reply -> {
      if (reply instanceof Replicator.ModifyFailure<?> failure
          && !(failure.cause() instanceof Refusal)) {
        answer.completeExceptionally(failure.cause());
      } else {
        answer.complete(writtenOf(reply));
      }
    };
  }

  private static Written writtenOf(Object reply) {
    if (reply instanceof Replicator.UpdateSuccess<?>
        || reply instanceof Replicator.DeleteSuccess<?>
        || reply instanceof Replicator.DataDeleted<?>) {
      return new Written.Done();
    }
    if (reply instanceof Replicator.UpdateDataDeleted<?>) {
      return new Written.Deleted();
    }
    if (reply instanceof Replicator.ModifyFailure<?> failure
        && failure.cause() instanceof Refusal refusal) {
      return new Written.Refused(refusal.reason());
    }
    // a time-out, or too few nodes to begin with
    return new Written.NotReplicated();
  }

  private WriteConsistency consistency(WriteLevel level) {
    return switch (level) {
      case LOCAL -> Replicator.writeLocal();
      case MAJORITY -> new Replicator.WriteMajority(settings.writeTimeout());
      case ALL -> new Replicator.WriteAll(settings.writeTimeout());
    };
  }

  @Override
  public Subscription subscribe(ReplicaKey key, Consumer<Read<V>> listener) {
    desk.tell(new ReplicaDesk.Subscribe<>(key.id(), listener));
    return () -> desk.tell(new ReplicaDesk.Unsubscribe<>(key.id(), listener));
  }

  @Override
  public Set<Node> members() {
    return members.all();
  }

  @Override
  public Subscription subscribeToMembers(Consumer<Set<Node>> listener) {
    desk.tell(new ReplicaDesk.SubscribeToMembers(listener));
    return () -> desk.tell(new ReplicaDesk.UnsubscribeFromMembers(listener));
  }

  /** How many values this node holds. Fails when it takes long. */
  public CompletionStage<Integer> keys() {
    return Patterns.ask(replicator, ReplicatorTicks.WHICH_KEYS, HOW_MANY_TIMEOUT)
        .thenApply(answer -> ((Replicator.GetKeyIdsResult) answer).keyIds().size());
  }

  private ReplicatedKey<V> akkaKey(ReplicaKey key) {
    return new ReplicatedKey<>(key.id());
  }
}
