package io.cloudstate.proxy.entity;

import akka.actor.AllDeadLetters;
import akka.actor.Dropped;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.Extension;
import akka.actor.typed.ExtensionId;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.sharding.typed.ShardingEnvelope;
import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Failure;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Commands that were dropped on their way. Sharding drops those that wait for a shard when it moves
 * on meanwhile, because they could overtake others; ours may do that, as they come from callers who
 * do not wait for each other. Others come when their entity has just stopped, or to a node that has
 * just left. No entity has seen them, so they are sent again while there is time, from here or, if
 * this node is the one that leaves, from their caller's; they are answered otherwise: they may be
 * repeated. Thread-safe.
 */
final class LostCommands implements Extension {

  /** A shard that moves needs a moment. */
  private static final Duration WAIT = Duration.ofMillis(100);

  /** In the path of the actor of an entity, whose name is the entity's id as in a URL. */
  private static final String OF_ENTITIES = "/system/sharding/";

  private static final ExtensionId<LostCommands> ID =
      new ExtensionId<>() {
        @Override
        public LostCommands createExtension(ActorSystem<?> system) {
          return new LostCommands(system);
        }
      };

  private final ActorSystem<?> system;
  private final Map<String, Watched> services = new ConcurrentHashMap<>();

  private record Watched(
      ActorRef<ShardingEnvelope<EntityActor.Message>> region, EntityMetrics metrics) {}

  static LostCommands of(ActorSystem<?> system) {
    return system.registerExtension(ID);
  }

  private LostCommands(ActorSystem<?> system) {
    this.system = system;
    var listener = system.systemActorOf(listener(), "lost-commands", Props.empty());
    // of the two event streams the one that has subscribed when it returns
    Adapter.toClassic(system)
        .eventStream()
        .subscribe(Adapter.toClassic(listener), AllDeadLetters.class);
  }

  /** Sends commands of this service on to this region again. */
  void watch(
      String service,
      ActorRef<ShardingEnvelope<EntityActor.Message>> region,
      EntityMetrics metrics) {
    services.put(service, new Watched(region, metrics));
  }

  private Behavior<AllDeadLetters> listener() {
    return Behaviors.receive(AllDeadLetters.class).onAnyMessage(this::onLost).build();
  }

  /** What sharding drops comes as a dead letter in which it says so. */
  private Behavior<AllDeadLetters> onLost(AllDeadLetters letter) {
    var lost = letter.message() instanceof Dropped dropped ? dropped : letter;
    if (lost.message() instanceof ShardingEnvelope<?> envelope
        && envelope.message() instanceof EntityActor.Invoke invoke) {
      if (lost instanceof Dropped) {
        sendAgain(envelope.entityId(), invoke);
      } else {
        tooLate(invoke);
      }
    } else if (lost.message() instanceof EntityActor.Invoke invoke) {
      var path = lost.recipient().path();
      if (path.toString().contains(OF_ENTITIES)) {
        sendAgain(URLDecoder.decode(path.name(), StandardCharsets.UTF_8), invoke);
      } else {
        tooLate(invoke);
      }
    }
    return Behaviors.same();
  }

  /** A command of a caller on this node that a node had nothing to do with. */
  void sendAgain(Pending command) {
    sendAgain(command.entityId(), new EntityActor.Invoke(command));
  }

  private void sendAgain(String entityId, EntityActor.Invoke invoke) {
    var call = invoke.command().call();
    var service = services.get(call.service());
    if (service == null || call.deadlineNanos() - System.nanoTime() <= WAIT.toNanos()) {
      tooLate(invoke);
      return;
    }
    service.metrics().resent();
    system
        .scheduler()
        .scheduleOnce(
            WAIT,
            () -> service.region().tell(new ShardingEnvelope<>(entityId, invoke)),
            system.executionContext());
  }

  private void tooLate(EntityActor.Invoke invoke) {
    var service = services.get(invoke.command().call().service());
    if (service != null) {
      service.metrics().lost();
    }
    invoke
        .command()
        .answer()
        .accept(
            Answer.failed(
                new Failure.EntityMoves(
                    "The entity moves to another node; the command was not executed")));
  }
}
