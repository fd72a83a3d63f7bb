package io.cloudstate.proxy.entity.crdt;

import akka.actor.Cancellable;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.Signal;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import io.cloudstate.protocol.CrdtGrpc;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamIn;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamOut;
import io.cloudstate.proxy.call.Answer.ClientAction;
import io.cloudstate.proxy.discovery.ServiceDefinition;
import io.cloudstate.proxy.entity.EntityMetrics;
import io.cloudstate.proxy.entity.Sight;
import io.cloudstate.proxy.entity.crdt.data.Crdt;
import io.cloudstate.proxy.entity.crdt.data.View;
import io.cloudstate.proxy.storage.replicator.Read;
import io.cloudstate.proxy.storage.replicator.Replica.Subscription;
import io.cloudstate.proxy.storage.replicator.ReplicaKey;
import io.cloudstate.proxy.storage.replicator.Written;
import io.cloudstate.proxy.userfunction.FunctionStream;
import io.cloudstate.proxy.userfunction.StreamEnd;
import io.cloudstate.proxy.userfunction.StreamListener;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The actor of one CRDT on this node: does what its {@link CrdtSession} decides. It lives until it
 * has been idle for the passivation time-out or the node stops; a stream that fails ends the
 * conversation, not the actor, so that no command in its mailbox is lost.
 */
final class CrdtEntity extends AbstractBehavior<CrdtEntity.Message> {

  private static final Logger log = LoggerFactory.getLogger(CrdtEntity.class);
  private static final Duration SHORTEST_TICK = Duration.ofMillis(10);

  /** Changes on their way to the store that nobody waits for; with so many the next one waits. */
  private static final int MAX_UNAWAITED = 64;

  sealed interface Message {}

  /** A command, unary or streamed. */
  record Invoke(Exchange exchange) implements Message {}

  /** The client of a streamed command does not wait any more. */
  record ClientGone(Exchange exchange) implements Message {}

  /** Members of the cluster came or went. */
  record Members(View view) implements Message {}

  /** Somebody wants to know how the entity is. */
  record Look(ActorRef<Sight> replyTo) implements Message {}

  /** Finish, close, and be gone. */
  enum Stop implements Message {
    INSTANCE
  }

  private enum Tick implements Message {
    INSTANCE
  }

  // What comes back carries the number of the stream it is about: news of an earlier one are late.
  private record FunctionSent(int stream, CrdtStreamOut message) implements Message {}

  private record StreamReady(int stream) implements Message {}

  private record StreamEnded(int stream, StreamEnd end) implements Message {}

  private record CloseTimedOut(int stream) implements Message {}

  private record ValueChanged(int stream, Read<Crdt> stored) implements Message {}

  private record Loaded(Read<Crdt> stored) implements Message {}

  private record ReadHere(long generation, Read<Crdt> stored) implements Message {}

  private record ChangeWritten(Change change, Written result, @Nullable Crdt value, long sinceNanos)
      implements Message {}

  private record Overtaken(Change change, Written result) implements Message {}

  private record StoreFailed(Throwable cause) implements Message {}

  private final CrdtEnvironment environment;
  private final ServiceDefinition service;
  private final String entityId;
  private final ReplicaKey key;
  private final LocalEntities entities;
  private final CrdtSession session;
  private final EntityMetrics metrics;
  private final @Nullable ExchangeSpans spans;
  private final long passivationNanos;
  private final long watchNanos;
  private final AtomicInteger unawaited = new AtomicInteger();

  private Cancellable tick;
  private @Nullable FunctionStream<CrdtStreamIn> stream;
  private @Nullable Subscription changes;
  private int streamNumber;
  private long lastActivityNanos;
  private boolean isWatching; // the next tick is for what takes too long, not for idleness
  private boolean isPassivating;
  private boolean isStopped;
  private boolean isActive; // loaded, or being loaded
  private long activeSinceNanos;

  static Behavior<Message> create(
      CrdtEnvironment environment,
      ServiceDefinition service,
      String entityId,
      View view,
      LocalEntities entities) {
    return Behaviors.setup(
        context -> new CrdtEntity(context, environment, service, entityId, view, entities));
  }

  private CrdtEntity(
      ActorContext<Message> context,
      CrdtEnvironment environment,
      ServiceDefinition service,
      String entityId,
      View view,
      LocalEntities entities) {
    super(context);
    this.environment = environment;
    this.service = service;
    this.entityId = entityId;
    this.entities = entities;
    this.key = new ReplicaKey(service.persistenceId(), entityId);
    this.session =
        new CrdtSession(
            service.name(),
            entityId,
            limits(environment),
            new FunctionsCopy(view, environment.clock()::millis),
            this::functionTakesMore,
            () -> unawaited.get() < MAX_UNAWAITED,
            environment.shared().nanoTime());
    this.metrics = environment.shared().metrics().of(service);
    var traces = environment.shared().traces();
    this.spans = traces == null ? null : new ExchangeSpans(traces, service, entityId);
    this.passivationNanos =
        service.passivationTimeout().orElse(environment.settings().passivationTimeout()).toNanos();
    this.watchNanos = Math.min(passivationNanos, shortestLimitNanos(environment));
    touch();
    this.tick = tellLater(passivationNanos, Tick.INSTANCE);
  }

  @Override
  public Receive<Message> createReceive() {
    return new Messages();
  }

  /** A ladder, the frequent ones first: Akka's own table is searched by class for each message. */
  private final class Messages extends Receive<Message> {

    @Override
    public Behavior<Message> receiveMessage(Message message) {
      if (message instanceof Invoke invoke) {
        return onInvoke(invoke);
      } else if (message instanceof FunctionSent sent) {
        return onFunctionSent(sent);
      } else if (message instanceof ChangeWritten written) {
        return onChangeWritten(written);
      } else if (message instanceof ValueChanged changed) {
        return onValueChanged(changed);
      } else if (message instanceof ReadHere read) {
        return run(session.onRead(read.generation(), read.stored()));
      } else if (message instanceof StreamReady ready) {
        return onStreamReady(ready);
      } else if (message instanceof ClientGone gone) {
        return onClientGone(gone.exchange());
      } else if (message instanceof Loaded loaded) {
        return active(session.onLoaded(loaded.stored()));
      } else if (message instanceof StreamEnded ended) {
        return onStreamEnded(ended);
      } else if (message instanceof CloseTimedOut timedOut) {
        return onCloseTimedOut(timedOut);
      } else if (message instanceof Members members) {
        return run(session.onMembers(members.view()));
      } else if (message instanceof Tick) {
        return onTick();
      } else if (message instanceof Stop) {
        return active(session.onStop());
      } else if (message instanceof Look look) {
        return onLook(look);
      } else if (message instanceof Overtaken overtaken) {
        return onOvertaken(overtaken);
      } else if (message instanceof StoreFailed failed) {
        return onStoreFailed(failed);
      }
      throw new AssertionError("unhandled: " + message);
    }

    @Override
    public Behavior<Message> receiveSignal(Signal signal) {
      return signal instanceof PostStop ? onPostStop() : Behaviors.unhandled();
    }
  }

  private Behavior<Message> onInvoke(Invoke invoke) {
    isPassivating = false;
    touch();
    receive(invoke.exchange());
    var wasAbsent = session.state() == CrdtSession.State.ABSENT;
    var steps = session.onCommand(invoke.exchange());
    var done = touched(steps);
    if (spans != null && wasAbsent && session.state() == CrdtSession.State.LOADING) {
      spans.loading(invoke.exchange());
    }
    return done;
  }

  /** One that has not been sent yet just goes. */
  private Behavior<Message> onClientGone(Exchange exchange) {
    if (exchange.phase == Exchange.Phase.QUEUED) {
      completed(exchange, true);
    }
    return active(session.onClientGone(exchange));
  }

  /** The function may send another message for each that was worked on, and so waits for us. */
  private Behavior<Message> onFunctionSent(FunctionSent sent) {
    if (sent.stream() != streamNumber || stream == null) {
      return Behaviors.same();
    }
    stream.expect();
    touch();
    var steps = session.onMessage(sent.message());
    var since = session.takeRepliedSinceNanos();
    if (since != CrdtSession.NONE) {
      metrics.processed(lastActivityNanos - since);
    }
    var replied = session.takeReplied();
    if (spans != null && replied != null) {
      ExchangeSpans.replied(replied, steps);
    }
    return touched(steps);
  }

  private Behavior<Message> onChangeWritten(ChangeWritten written) {
    touch();
    var isWritten =
        written.result() instanceof Written.Done || written.result() instanceof Written.Deleted;
    recordWritten(written.change(), isWritten, lastActivityNanos - written.sinceNanos());
    return touched(session.onWritten(written.change(), written.result(), written.value()));
  }

  private Behavior<Message> onOvertaken(Overtaken overtaken) {
    if (overtaken.result() instanceof Written.Refused) {
      metrics.notPersisted();
    }
    return touched(session.onOvertaken(overtaken.change(), overtaken.result()));
  }

  private Behavior<Message> onValueChanged(ValueChanged changed) {
    if (changed.stream() != streamNumber) {
      return Behaviors.same();
    }
    if (changed.stored() instanceof Read.Found<Crdt> found) {
      return run(session.onChanged(found.value()));
    }
    return changed.stored() instanceof Read.Deleted<Crdt>
        ? run(session.onKeyDeleted())
        : Behaviors.same();
  }

  private Behavior<Message> onStreamReady(StreamReady ready) {
    return ready.stream() == streamNumber ? run(session.onReady()) : Behaviors.same();
  }

  private Behavior<Message> onStreamEnded(StreamEnded ended) {
    if (ended.stream() != streamNumber) {
      return Behaviors.same();
    }
    stream = null;
    unsubscribe();
    var end = ended.end();
    return active(
        session.onStreamEnded(end.isUnreachable(), end.wasOpen(), end.isOrderly(), end.reason()));
  }

  /** Known gap 15: the function does not end its side; the id must not stay blocked. */
  private Behavior<Message> onCloseTimedOut(CloseTimedOut timedOut) {
    if (timedOut.stream() == streamNumber && stream != null) {
      stream.cancel("the function did not end the stream in time");
    }
    return Behaviors.same();
  }

  private Behavior<Message> onTick() {
    isWatching = !session.isIdle();
    if (isWatching) {
      run(session.onTick());
      scheduleTick(watchNanos);
      return next();
    }
    var idleFor = environment.shared().nanoTime().getAsLong() - lastActivityNanos;
    if (idleFor >= passivationNanos) {
      passivate();
      scheduleTick(passivationNanos);
    } else {
      scheduleTick(passivationNanos - idleFor);
    }
    return Behaviors.same();
  }

  private Behavior<Message> onLook(Look look) {
    var idleNanos = environment.shared().nanoTime().getAsLong() - lastActivityNanos;
    look.replyTo()
        .tell(
            new Sight(
                environment.replica().self().address(),
                session.state().name(),
                session.state() == CrdtSession.State.RUNNING,
                session.waiting(),
                session.inFlight(),
                TimeUnit.NANOSECONDS.toMillis(idleNanos)));
    return Behaviors.same();
  }

  /** The store's stages never fail: a bug. The entity ends, and answers whoever waits. */
  private static Behavior<Message> onStoreFailed(StoreFailed failed) {
    throw new IllegalStateException("the replicated store failed", failed.cause());
  }

  private Behavior<Message> onPostStop() {
    tick.cancel();
    if (stream != null) {
      stream.cancel("the entity stopped");
    }
    unsubscribe();
    touch();
    run(session.onCrash());
    unloaded();
    entities.gone(entityId);
    return Behaviors.same();
  }

  /** What led to the steps keeps the entity from passivation. */
  private Behavior<Message> active(List<Step> steps) {
    touch();
    return touched(steps);
  }

  private Behavior<Message> touched(List<Step> steps) {
    run(steps);
    if (!isWatching && !session.isIdle()) {
      isWatching = true;
      scheduleTick(watchNanos);
    }
    return next();
  }

  private Behavior<Message> run(List<Step> steps) {
    for (var step : steps) {
      run(step);
    }
    return next();
  }

  /** Not {@code this}: Akka would wrap it in its supervision again for each message. */
  private Behavior<Message> next() {
    return isStopped ? Behaviors.stopped() : Behaviors.same();
  }

  private void run(Step step) {
    if (step instanceof Step.Send send) {
      send(send.message());
    } else if (step instanceof Step.Write write) {
      write(write);
    } else if (step instanceof Step.Delete delete) {
      delete(delete.change());
    } else if (step instanceof Step.ReadLocal read) {
      var generation = read.generation();
      tell(environment.replica().read(key), stored -> new ReadHere(generation, stored));
    } else if (step instanceof Step.Load) {
      loading();
      tell(environment.replica().load(key), Loaded::new);
    } else if (step instanceof Step.Open) {
      metrics.recovered(lastActivityNanos - activeSinceNanos);
      if (spans != null) {
        spans.loaded();
      }
      open();
    } else if (step instanceof Step.HalfClose) {
      halfClose();
    } else if (step instanceof Step.Cancel cancel) {
      cancel(cancel.why());
    } else if (step instanceof Step.Report report) {
      report(report.details());
    } else if (step instanceof Step.Passivate) {
      unloaded();
      passivate();
    } else if (step instanceof Step.Stop) {
      unloaded();
      isStopped = true;
    } else {
      answer(step);
    }
  }

  /** Foreign code: what it throws is a bug over there, and must not cost this entity its state. */
  private void answer(Step step) {
    record(step);
    if (spans != null) {
      ExchangeSpans.ended(step);
    }
    try {
      Answering.run(step);
    } catch (RuntimeException e) {
      log.atError().addKeyValue("entity", key).setCause(e).log("answer not taken");
    }
  }

  private void record(Step step) {
    if (step instanceof Step.Respond respond) {
      completed(respond.exchange(), respond.answer().action() instanceof ClientAction.Fail);
    } else if (step instanceof Step.Element) {
      metrics.streamed();
    } else if (step instanceof Step.End end) {
      completed(end.exchange(), false);
    } else if (step instanceof Step.Fail failed) {
      completed(failed.exchange(), true);
    }
  }

  private void receive(Exchange exchange) {
    if (session.isFull()) {
      metrics.refused();
      return;
    }
    exchange.isReceived = true;
    exchange.receivedNanos = lastActivityNanos;
    metrics.received();
  }

  private void completed(Exchange exchange, boolean isFailed) {
    if (exchange.isReceived) {
      metrics.completed(isFailed, lastActivityNanos - exchange.receivedNanos);
    }
  }

  private void loading() {
    unloaded();
    isActive = true;
    activeSinceNanos = lastActivityNanos;
    metrics.activated();
  }

  private void unloaded() {
    if (isActive) {
      isActive = false;
      metrics.passivated(session.lastEnd(), lastActivityNanos - activeSinceNanos);
      if (spans != null) {
        spans.notLoaded();
      }
    }
  }

  private void write(Step.Write write) {
    var change = write.change();
    writing(change);
    var update =
        new StoreUpdate(
            write.held(),
            write.delta(),
            environment.replica().self(),
            environment.clock().millis());
    var since = lastActivityNanos;
    if (write.isAwaited()) {
      tell(
          environment.replica().update(key, change.level(), update),
          result -> new ChangeWritten(change, result, update.after(), since));
    } else {
      recordWritten(change, true, 0);
      leaveToStore(change, update);
    }
  }

  /** Heard of again only if the store does not come to hold what the session takes it to. */
  private void leaveToStore(Change change, StoreUpdate update) {
    unawaited.incrementAndGet();
    var self = getContext().getSelf();
    environment
        .replica()
        .updateSoon(key, update)
        .whenComplete(
            (result, cause) -> {
              unawaited.decrementAndGet();
              if (cause != null) {
                self.tell(new StoreFailed(cause));
              } else if (!update.isAsHeld()) {
                self.tell(new Overtaken(change, result));
              }
            });
  }

  private void recordWritten(Change change, boolean isWritten, long nanos) {
    ExchangeSpans.written(change.exchange(), isWritten);
    if (isWritten) {
      metrics.persisted(1, 0, nanos);
    } else {
      metrics.notPersisted();
    }
  }

  private void writing(Change change) {
    if (spans != null) {
      spans.writing(change.exchange());
    }
  }

  private void delete(Change change) {
    writing(change);
    var since = lastActivityNanos;
    tell(
        environment.replica().delete(key, change.level()),
        result -> new ChangeWritten(change, result, null, since));
  }

  private <T> void tell(CompletionStage<T> stage, Function<T, Message> message) {
    var self = getContext().getSelf();
    stage.whenComplete(
        (value, cause) -> self.tell(cause == null ? message.apply(value) : new StoreFailed(cause)));
  }

  private void open() {
    streamNumber++;
    var number = streamNumber;
    var self = getContext().getSelf();
    var userFunction = environment.shared().userFunction();
    if (userFunction.isAway()) {
      self.tell(new StreamEnded(number, StreamEnd.away()));
      return;
    }
    stream =
        userFunction.open(
            CrdtGrpc.getHandleMethod(),
            new StreamListener<>() {
              @Override
              public void onMessage(CrdtStreamOut message) {
                self.tell(new FunctionSent(number, message));
              }

              @Override
              public void onReady() {
                self.tell(new StreamReady(number));
              }

              @Override
              public void onEnd(StreamEnd end) {
                self.tell(new StreamEnded(number, end));
              }
            });
    changes =
        environment.replica().subscribe(key, stored -> self.tell(new ValueChanged(number, stored)));
  }

  private void unsubscribe() {
    if (changes != null) {
      changes.close();
      changes = null;
    }
  }

  private boolean functionTakesMore() {
    return stream != null && stream.isReady();
  }

  private void send(CrdtStreamIn message) {
    if (stream != null) { // else it has just ended; the news is in the mailbox
      stream.send(
          spans != null && message.hasCommand()
              ? spans.sent(session.command(message.getCommand().getId()), message)
              : message);
      touch();
    }
  }

  private void halfClose() {
    if (stream != null) {
      stream.halfClose();
      tellLater(
          environment.shared().streamCloseTimeout().toNanos(), new CloseTimedOut(streamNumber));
    }
  }

  private void cancel(String why) {
    if (stream != null) {
      stream.cancel(why);
    }
  }

  private void passivate() {
    if (!isPassivating) {
      isPassivating = true;
      entities.passivate(entityId);
    }
  }

  private void report(String details) {
    environment
        .shared()
        .reports()
        .accept("Entity [%s] of service [%s]: %s".formatted(entityId, service.name(), details));
  }

  private void touch() {
    lastActivityNanos = environment.shared().nanoTime().getAsLong();
  }

  private static long shortestLimitNanos(CrdtEnvironment environment) {
    var limits = limits(environment);
    return Math.min(limits.cancelNanos(), Math.min(limits.replyNanos(), limits.streamStartNanos()));
  }

  /** One timer for idleness and for what takes too long, instead of one per command. */
  private void scheduleTick(long nanos) {
    tick.cancel();
    tick = tellLater(nanos, Tick.INSTANCE);
  }

  /** Not by Akka's timers: they would look at every message. */
  private Cancellable tellLater(long nanos, Message message) {
    var delay = Duration.ofNanos(Math.max(nanos, SHORTEST_TICK.toNanos()));
    return getContext().scheduleOnce(delay, getContext().getSelf(), message);
  }

  private static CrdtSession.Limits limits(CrdtEnvironment environment) {
    var entities = environment.shared().entities();
    var settings = environment.settings();
    return new CrdtSession.Limits(
        entities.maxQueuedCommands(),
        settings.maxCommandsInFlight(),
        entities.relayTimeout().toNanos(),
        settings.streamStartTimeout().toNanos(),
        settings.cancelTimeout().toNanos());
  }
}
