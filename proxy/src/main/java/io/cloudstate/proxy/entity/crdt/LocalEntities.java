package io.cloudstate.proxy.entity.crdt;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.AskPattern;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.entity.Sight;
import io.cloudstate.proxy.entity.crdt.CrdtEntity.Message;
import io.cloudstate.proxy.entity.crdt.data.View;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The entities of one service that are loaded on this node. Starts them on demand, keeps what comes
 * for one that is closing until it is gone, and stops them all in the end (spec/crdt.md 12).
 * Thread-safe, without a hop of its own on the way of a command.
 *
 * <p>A command is told to its entity, or kept for the next one, under the lock of the id: so none
 * is told to an entity after it was asked to stop.
 */
final class LocalEntities {

  private static final AtomicLong started = new AtomicLong(); // actors' names are theirs alone

  private static final Duration LOOK_TIMEOUT = Duration.ofSeconds(3);

  private final ActorSystem<?> system;
  private final BiFunction<String, LocalEntities, Behavior<Message>> behavior;
  private final int maxWaiting;
  private final ConcurrentMap<String, Slot> slots = new ConcurrentHashMap<>();
  private final CompletableFuture<Void> allGone = new CompletableFuture<>();
  private volatile boolean isStopping;

  /** What is known of one id; guarded by itself. */
  private static final class Slot {
    private @Nullable ActorRef<Message> entity;
    private @Nullable Deque<Message> waiting; // not null: the entity was asked to stop
    private boolean isGone; // from the map; another slot has taken its place, or will
  }

  /**
   * None loaded.
   *
   * @param behavior of the entity with an id
   * @param maxWaiting how many messages may wait for an entity that is closing
   */
  LocalEntities(
      ActorSystem<?> system,
      BiFunction<String, LocalEntities, Behavior<Message>> behavior,
      int maxWaiting) {
    this.system = system;
    this.behavior = behavior;
    this.maxWaiting = maxWaiting;
  }

  /** Takes a command to its entity, which is loaded if need be. */
  void invoke(String entityId, Exchange exchange) {
    var refusal = isStopping ? stopping() : tryInvoke(entityId, exchange);
    if (refusal != null) {
      Answering.run(new Step.Fail(exchange, refusal));
    }
  }

  /** The client of a command that was taken to this entity has gone. */
  void clientGone(String entityId, Exchange exchange) {
    var slot = slots.get(entityId);
    if (slot != null) {
      synchronized (slot) {
        tellOrKeep(slot, new CrdtEntity.ClientGone(exchange));
      }
    }
  }

  /** How an entity is, if it is loaded. */
  CompletionStage<Optional<Sight>> look(String entityId) {
    var slot = slots.get(entityId);
    if (slot == null) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    ActorRef<Message> entity;
    synchronized (slot) {
      entity = slot.entity;
    }
    if (entity == null) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    CompletionStage<Sight> sight =
        AskPattern.ask(entity, CrdtEntity.Look::new, LOOK_TIMEOUT, system.scheduler());
    return sight.thenApply(Optional::of);
  }

  /** Members of the cluster came or went. */
  void lookFrom(View view) {
    forEachLoaded(entity -> entity.tell(new CrdtEntity.Members(view)));
  }

  /** An entity has nothing to do: it is told to stop, and what comes for it waits until it has. */
  void passivate(String entityId) {
    var slot = slots.get(entityId);
    if (slot != null) {
      synchronized (slot) {
        askToStop(slot);
      }
    }
  }

  /** An entity has stopped. What has come for it meanwhile goes to the next one. */
  void gone(String entityId) {
    var slot = slots.get(entityId);
    if (slot == null) {
      return;
    }
    synchronized (slot) {
      var waiting = slot.waiting;
      slot.entity = null;
      slot.waiting = null;
      if (waiting == null || waiting.isEmpty()) {
        forget(entityId, slot);
      } else if (start(entityId, slot)) {
        waiting.forEach(message -> tellOrKeep(slot, message));
        if (isStopping) {
          askToStop(slot);
        }
      } else {
        forget(entityId, slot);
        waiting.forEach(LocalEntities::refuse);
      }
    }
    completeIfAllGone();
  }

  /**
   * Stops all entities; commands that wait for one of them are still run. Further commands are
   * refused.
   */
  CompletionStage<Void> stop() {
    isStopping = true;
    slots
        .values()
        .forEach(
            slot -> {
              synchronized (slot) {
                askToStop(slot);
              }
            });
    completeIfAllGone();
    return allGone;
  }

  int loaded() {
    return slots.size();
  }

  private @Nullable Failure tryInvoke(String entityId, Exchange exchange) {
    while (true) {
      var slot = slots.computeIfAbsent(entityId, id -> new Slot());
      synchronized (slot) {
        if (slot.isGone) {
          continue;
        }
        if (slot.waiting != null && slot.waiting.size() >= maxWaiting) {
          return tooManyWait(entityId);
        }
        if (slot.entity == null && (isStopping || !start(entityId, slot))) {
          forget(entityId, slot);
          return stopping();
        }
        tellOrKeep(slot, new CrdtEntity.Invoke(exchange));
        return null;
      }
    }
  }

  /** False if the node is going down, and actors are not started any more. */
  private boolean start(String entityId, Slot slot) {
    try {
      slot.entity =
          system.systemActorOf(
              behavior.apply(entityId, this), "crdt-" + started.incrementAndGet(), Props.empty());
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  private void forget(String entityId, Slot slot) {
    slot.isGone = true;
    slots.remove(entityId, slot);
  }

  private static void refuse(Message message) {
    if (message instanceof CrdtEntity.Invoke invoke) {
      Answering.run(new Step.Fail(invoke.exchange(), stopping()));
    }
  }

  private static void tellOrKeep(Slot slot, Message message) {
    if (slot.waiting != null) {
      slot.waiting.add(message);
    } else if (slot.entity != null) {
      slot.entity.tell(message);
    }
  }

  private static void askToStop(Slot slot) {
    if (slot.entity != null && slot.waiting == null) {
      slot.waiting = new ArrayDeque<>(0);
      slot.entity.tell(CrdtEntity.Stop.INSTANCE);
    }
  }

  private void forEachLoaded(Consumer<ActorRef<Message>> action) {
    for (var slot : slots.values()) {
      synchronized (slot) {
        if (slot.entity != null) {
          action.accept(slot.entity);
        }
      }
    }
  }

  private void completeIfAllGone() {
    if (isStopping && slots.isEmpty()) {
      allGone.complete(null);
    }
  }

  private Failure tooManyWait(String entityId) {
    return new Failure.Overloaded(
        "%d commands wait for entity %s to be loaded again (expected: at most %d)"
            .formatted(maxWaiting, entityId, maxWaiting));
  }

  private static Failure stopping() {
    return new Failure.UserFunctionUnavailable("The proxy is stopping");
  }
}
