package io.cloudstate.proxy.eventing.out;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.cluster.typed.ClusterSingleton;
import akka.cluster.typed.SingletonActor;
import io.cloudstate.proxy.eventing.Broker;
import io.cloudstate.proxy.eventing.PublishMetrics;
import io.cloudstate.proxy.storage.outbox.Outbox;
import java.time.Duration;
import java.util.List;

/**
 * Publishes what is in the outbox, on one node of the cluster: a batch is read, published and taken
 * out, then the next one. What fails stays and is tried again. When two nodes do it, because they
 * don't reach each other, events are published twice.
 */
public final class OutboxRelay extends AbstractBehavior<OutboxRelay.Message> {

  private static final int BATCH = 500;

  /** How soon what other nodes have stored is noticed; what this one has is so at once. */
  private static final Duration POLL = Duration.ofMillis(200);

  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

  sealed interface Message {}

  private enum Look implements Message {
    INSTANCE
  }

  private record Read(List<Outbox.Entry> entries) implements Message {}

  private record Published(int tried, List<Long> numbers) implements Message {}

  /**
   * @param number how many were taken out; 0 if that failed
   * @param isAll of the batch was published
   */
  private record Removed(int number, boolean isAll) implements Message {}

  private enum NotRead implements Message {
    INSTANCE
  }

  /** The time is up that was waited for; of several the last counts. */
  private record TimeIsUp(long number) implements Message {}

  private final Outbox outbox;
  private final Broker broker;
  private final PublishMetrics metrics;
  private boolean isBusy; // or waits, because something has failed
  private boolean isAsked; // meanwhile
  private long timer;

  private OutboxRelay(
      ActorContext<Message> context, Outbox outbox, Broker broker, PublishMetrics metrics) {
    super(context);
    this.outbox = outbox;
    this.broker = broker;
    this.metrics = metrics;
  }

  /** Starts it, on whichever node is the oldest, from now on to the end. */
  public static void start(
      ActorSystem<?> system, Outbox outbox, Broker broker, PublishMetrics metrics) {
    Behavior<Message> relay = Behaviors.setup(context -> started(context, outbox, broker, metrics));
    var supervised =
        Behaviors.supervise(relay)
            .onFailure(SupervisorStrategy.restartWithBackoff(AFTER_FAILURE, AFTER_FAILURE, 0));
    var unused = ClusterSingleton.get(system).init(SingletonActor.of(supervised, "outbox"));
  }

  private static Behavior<Message> started(
      ActorContext<Message> context, Outbox outbox, Broker broker, PublishMetrics metrics) {
    var self = context.getSelf();
    outbox.whenWritten(() -> self.tell(Look.INSTANCE));
    self.tell(Look.INSTANCE);
    return new OutboxRelay(context, outbox, broker, metrics);
  }

  @Override
  public Receive<Message> createReceive() {
    return newReceiveBuilder()
        .onMessage(Look.class, look -> onLook())
        .onMessage(Read.class, this::onRead)
        .onMessage(Published.class, this::onPublished)
        .onMessage(Removed.class, this::onRemoved)
        .onMessage(NotRead.class, failed -> onFailure())
        .onMessage(TimeIsUp.class, this::onTimeIsUp)
        .onSignal(PostStop.class, stopped -> onStop())
        .build();
  }

  private Behavior<Message> onLook() {
    if (isBusy) {
      isAsked = true;
    } else {
      look();
    }
    return this;
  }

  private Behavior<Message> onTimeIsUp(TimeIsUp time) {
    if (time.number() == timer) {
      look();
    }
    return this;
  }

  private void look() {
    timer++; // none counts any more
    isBusy = true;
    isAsked = false;
    getContext()
        .pipeToSelf(
            outbox.oldest(BATCH),
            (entries, cause) -> entries == null ? NotRead.INSTANCE : new Read(entries));
  }

  private Behavior<Message> onRead(Read read) {
    var entries = read.entries();
    if (!entries.isEmpty()) {
      publish(entries);
    } else if (isAsked) {
      look();
    } else {
      isBusy = false;
      wakeIn(POLL);
    }
    return this;
  }

  private void publish(List<Outbox.Entry> entries) {
    var tried = entries.size();
    getContext()
        .pipeToSelf(
            OutboxBatch.publish(broker, entries),
            (numbers, cause) -> new Published(tried, numbers == null ? List.of() : numbers));
  }

  private Behavior<Message> onPublished(Published published) {
    var numbers = published.numbers();
    metrics.notRelayed(published.tried() - numbers.size());
    if (numbers.isEmpty()) {
      return onFailure();
    }
    var isAll = numbers.size() == published.tried();
    getContext()
        .pipeToSelf(
            outbox.remove(numbers),
            (removed, cause) -> new Removed(cause == null ? numbers.size() : 0, isAll));
    return this;
  }

  private Behavior<Message> onRemoved(Removed removed) {
    metrics.relayed(removed.number());
    if (removed.number() == 0 || !removed.isAll()) {
      return onFailure();
    }
    look();
    return this;
  }

  /** Whoever failed says so himself. */
  private Behavior<Message> onFailure() {
    wakeIn(AFTER_FAILURE);
    return this;
  }

  private void wakeIn(Duration delay) {
    timer++;
    getContext().scheduleOnce(delay, getContext().getSelf(), new TimeIsUp(timer));
  }

  private Behavior<Message> onStop() {
    outbox.whenWritten(() -> {});
    return this;
  }
}
