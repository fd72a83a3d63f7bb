package io.cloudstate.proxy.entity;

import akka.actor.Cancellable;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.Signal;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.typed.Cluster;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.userfunction.FunctionStream;
import io.cloudstate.proxy.userfunction.StreamEnd;
import io.cloudstate.proxy.userfunction.StreamListener;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * The actor of one instance: does what its {@link EntitySession} decides. It lives until it has
 * been idle for the passivation time-out or its shard moves; a stream that fails ends the
 * conversation, not the actor, so that no command in its mailbox is lost. How the entity's state is
 * read and written is the kind's own.
 *
 * @param <I> messages to the function
 * @param <O> messages from it
 * @param <N> what the kind's store has to say
 */
public abstract class EntityActor<I, O, N> extends AbstractBehavior<EntityActor.Message> {

  private static final Logger log = LoggerFactory.getLogger(EntityActor.class);
  private static final Duration SHORTEST_TICK = Duration.ofMillis(10);

  public sealed interface Message {}

  /** A command; answered exactly once. */
  public record Invoke(Pending command) implements Message {}

  /** Somebody wants to know how the entity is; nothing is loaded for that. */
  public record Look(ActorRef<Sight> replyTo) implements Message {}

  /** Sent by the shard: finish, close, and be gone. */
  public enum Stop implements Message {
    INSTANCE
  }

  private enum Tick implements Message {
    INSTANCE
  }

  // What comes back carries the number of the stream it is about: news of an earlier one are late.
  private record FunctionSent<O>(int stream, O message) implements Message {}

  private record StreamReady(int stream) implements Message {}

  private record StreamEnded(int stream, StreamEnd end) implements Message {}

  private record CloseTimedOut(int stream) implements Message {}

  private record StoreSaid<N>(N news) implements Message {}

  private final EntityEnvironment environment;
  private final EntityInstance instance;
  private final MethodDescriptor<I, O> method;
  private final EntitySession<O> session;
  private final InstanceMeter meter;
  private final @Nullable InstanceSpans spans;
  private final long passivationNanos;

  private Cancellable tick;
  private @Nullable FunctionStream<I> stream;
  private int streamNumber;
  private long lastActivityNanos;
  private long waitingSinceNanos; // for the function's reply, or for loading
  private boolean isPassivating;
  private boolean isStopped;

  /**
   * The actor of an instance with nothing loaded.
   *
   * @param method opens a stream
   * @param passivationTimeout of services that do not say
   */
  protected EntityActor(
      ActorContext<Message> context,
      EntityEnvironment environment,
      EntityInstance instance,
      MethodDescriptor<I, O> method,
      EntitySession<O> session,
      Duration passivationTimeout) {
    super(context);
    this.environment = environment;
    this.instance = instance;
    this.method = method;
    this.session = session;
    this.meter = new InstanceMeter(instance.metrics());
    var traces = environment.traces();
    this.spans = traces == null ? null : new InstanceSpans(traces, instance);
    this.passivationNanos =
        instance.service().passivationTimeout().orElse(passivationTimeout).toNanos();
    touch();
    this.tick = tellLater(context, tickAfter(environment, passivationNanos), Tick.INSTANCE);
  }

  /** Begins to read the entity's state; its stream is open. */
  protected abstract void load();

  protected abstract void run(Step.OfKind step);

  /** The same command, with these metadata. */
  protected abstract I with(Metadata metadata, I command);

  protected abstract Behavior<Message> onNews(N news);

  /** The stream takes messages again. */
  protected void onStreamReady() {}

  @Override
  public final Receive<Message> createReceive() {
    return new Messages();
  }

  /** A ladder, the frequent ones first: Akka's own table is searched by class for each message. */
  private final class Messages extends Receive<Message> {

    @Override
    public Behavior<Message> receiveMessage(Message message) {
      return spans == null ? receive(message) : receiveTraced(message);
    }

    /** What is logged meanwhile names the trace. */
    private Behavior<Message> receiveTraced(Message message) {
      var command = message instanceof Invoke invoke ? invoke.command() : session.current();
      var trace = command == null ? null : command.call().trace();
      if (trace == null || !trace.isFollowed()) {
        return receive(message);
      }
      MDC.put("trace_id", trace.traceId());
      MDC.put("span_id", trace.spanId());
      try {
        return receive(message);
      } finally {
        MDC.remove("trace_id");
        MDC.remove("span_id");
      }
    }

    @SuppressWarnings("unchecked") // those it sends itself
    private Behavior<Message> receive(Message message) {
      if (message instanceof Invoke invoke) {
        return onInvoke(invoke);
      } else if (message instanceof FunctionSent<?> sent) {
        return onFunctionSent((FunctionSent<O>) sent);
      } else if (message instanceof StoreSaid<?> said) {
        return onNews((N) said.news());
      } else if (message instanceof StreamReady ready) {
        return onStreamReady(ready);
      } else if (message instanceof StreamEnded ended) {
        return onStreamEnded(ended);
      } else if (message instanceof CloseTimedOut timedOut) {
        return onCloseTimedOut(timedOut);
      } else if (message instanceof Tick) {
        return onTick();
      } else if (message instanceof Stop) {
        return active(session.onStop());
      } else if (message instanceof Look look) {
        return onLook(look);
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
    var command = invoke.command();
    touch();
    meter.arrived(session, command, lastActivityNanos);
    run(session.onCommand(command));
    return next();
  }

  private Behavior<Message> onFunctionSent(FunctionSent<O> sent) {
    if (!isCurrent(sent.stream())) {
      return this;
    }
    touch();
    if (session.isBusy()) {
      meter.processed(lastActivityNanos - waitingSinceNanos);
    }
    var steps = session.onMessage(sent.message());
    if (spans != null) {
      spans.said(steps);
    }
    run(steps);
    return next();
  }

  private Behavior<Message> onStreamReady(StreamReady ready) {
    if (isCurrent(ready.stream())) {
      onStreamReady();
    }
    return next();
  }

  private Behavior<Message> onStreamEnded(StreamEnded ended) {
    if (!isCurrent(ended.stream())) {
      return this;
    }
    stream = null;
    var end = ended.end();
    return active(session.onStreamEnded(end.isUnreachable(), end.wasOpen(), end.reason()));
  }

  /** The function does not end its side: known gap 4, the entity must not stay unreachable. */
  private Behavior<Message> onCloseTimedOut(CloseTimedOut timedOut) {
    if (isCurrent(timedOut.stream()) && stream != null) {
      stream.cancel("the function did not end the stream in time");
    }
    return this;
  }

  private Behavior<Message> onTick() {
    var now = environment.nanoTime().getAsLong();
    var relayNanos = environment.entities().relayTimeout().toNanos();
    if (session.isIdle()) {
      var idleFor = now - lastActivityNanos;
      if (idleFor >= passivationNanos) {
        passivate();
        tick = tickIn(passivationNanos);
      } else {
        tick = tickIn(passivationNanos - idleFor);
      }
      return this;
    }
    if (now - waitingSinceNanos >= relayNanos) {
      run(session.onCommandTimeout());
      run(session.onLoadTimeout());
      run(session.onWriteTimeout());
    }
    tick = tickIn(passivationNanos);
    return next();
  }

  private Behavior<Message> onLook(Look look) {
    var idleNanos = environment.nanoTime().getAsLong() - lastActivityNanos;
    look.replyTo()
        .tell(
            new Sight(
                Cluster.get(getContext().getSystem()).selfMember().address().toString(),
                session.state().name(),
                session.isLoaded(),
                session.waiting(),
                session.current() == null ? 0 : 1,
                TimeUnit.NANOSECONDS.toMillis(idleNanos)));
    if (session.state() == EntitySession.State.ABSENT) {
      passivate(); // it was made for this question
    }
    return this;
  }

  private Behavior<Message> onPostStop() {
    tick.cancel();
    if (stream != null) {
      stream.cancel("the entity stopped");
    }
    touch();
    run(session.onCrash());
    if (spans != null) {
      spans.gone();
    }
    meter.closed(session.lastEnd(), lastActivityNanos);
    return this;
  }

  /** Does the steps; what led to them keeps the instance from passivation. */
  protected final Behavior<Message> active(List<Step> steps) {
    touch();
    run(steps);
    return next();
  }

  private Behavior<Message> next() {
    return isStopped ? Behaviors.stopped() : this;
  }

  protected final void run(List<Step> steps) {
    meter.look(session, lastActivityNanos);
    if (spans != null) {
      spans.look(session);
    }
    for (var step : steps) {
      run(step);
    }
  }

  private void run(Step step) {
    if (step instanceof Step.OfKind ofKind) {
      run(ofKind);
    } else if (step instanceof Step.Respond respond) {
      respond(respond);
    } else if (step instanceof Step.Open) {
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
      throw new AssertionError("unhandled: " + step);
    }
  }

  /** Whether what is said of this stream is about the present one. */
  protected final boolean isCurrent(int stream) {
    return stream == streamNumber;
  }

  protected final int streamNumber() {
    return streamNumber;
  }

  /** Whether the stream is open and takes a message without buffering it. */
  protected final boolean isStreamReady() {
    return stream != null && stream.isReady();
  }

  /**
   * Sends a message, unless the stream has just ended: that news is in the mailbox.
   *
   * @param isCommand the function is to answer it, and in time
   */
  protected final void send(I message, boolean isCommand) {
    if (stream == null) {
      return;
    }
    stream.send(isCommand && spans != null ? traced(spans, message) : message);
    if (isCommand) {
      waitingSinceNanos = environment.nanoTime().getAsLong();
      stream.expect();
      var command = session.current();
      if (command != null) {
        meter.sent(command, waitingSinceNanos);
      }
    }
  }

  private I traced(InstanceSpans followed, I command) {
    var current = session.current();
    var context = current == null ? null : followed.sent(current, session.currentId());
    return context == null ? command : with(context.alone(), command);
  }

  /** The change of the outstanding command is about to be written. */
  protected final void storing() {
    if (spans != null) {
      spans.storing(session);
    }
  }

  /** It is durable. */
  protected final void stored() {
    if (spans != null) {
      spans.stored();
    }
  }

  /** It is not, or nobody knows. */
  protected final void notStored() {
    if (spans != null) {
      spans.notStored();
    }
  }

  /** When what is being handled came, or its handling began. */
  protected final long handledSinceNanos() {
    return lastActivityNanos;
  }

  /** Loading goes on. */
  protected final void progressed() {
    touch();
    waitingSinceNanos = lastActivityNanos;
  }

  /** Brings what the store answers, or why it does not, to {@link #onNews}. */
  protected final <T> void pipe(
      CompletionStage<T> stage, Function<T, N> answered, Function<Throwable, N> failed) {
    getContext()
        .pipeToSelf(
            stage,
            (value, cause) ->
                new StoreSaid<>(cause == null ? answered.apply(value) : failed.apply(cause)));
  }

  /**
   * The same for a write. One that has ended already is told at once, without the way through the
   * mailbox: no other question to the store follows from it.
   */
  protected final <T> void pipeWrite(
      CompletionStage<T> stage, Function<T, N> answered, Function<Throwable, N> failed) {
    var future = stage.toCompletableFuture();
    var already = future.isCompletedExceptionally() ? null : future.getNow(null);
    if (already != null) {
      var unused = onNews(answered.apply(already));
      return;
    }
    var self = getContext().getSelf();
    stage.whenComplete(
        (answer, cause) ->
            self.tell(
                new StoreSaid<>(cause == null ? answered.apply(answer) : failed.apply(cause))));
  }

  /** Foreign code: what it throws is a bug over there, and must not cost this entity its state. */
  private void respond(Step.Respond respond) {
    meter.answered(respond.pending(), respond.answer(), lastActivityNanos);
    if (spans != null) {
      spans.answered(respond.pending(), respond.answer());
    }
    try {
      respond.pending().answer().accept(respond.answer());
    } catch (RuntimeException e) {
      log.atError().addKeyValue("entity", instance.key()).setCause(e).log("answer not taken");
    }
  }

  private void passivate() {
    if (!isPassivating) {
      isPassivating = true;
      instance.shard().tell(new ClusterSharding.Passivate<>(getContext().getSelf()));
    }
  }

  /** The conversation is over. */
  private void unloaded() {
    meter.closed(session.lastEnd(), lastActivityNanos);
  }

  private void open() {
    unloaded();
    streamNumber++;
    waitingSinceNanos = environment.nanoTime().getAsLong();
    meter.opened(waitingSinceNanos);
    if (spans != null) {
      spans.opened(session);
    }
    var number = streamNumber;
    var self = getContext().getSelf();
    if (environment.userFunction().isAway()) {
      // nothing is read for each command that comes meanwhile
      self.tell(new StreamEnded(number, StreamEnd.away()));
      return;
    }
    stream =
        environment
            .userFunction()
            .open(
                method,
                new StreamListener<>() {
                  @Override
                  public void onMessage(O message) {
                    self.tell(new FunctionSent<>(number, message));
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
    load();
  }

  private void halfClose() {
    if (stream != null) {
      stream.halfClose();
      tellLater(getContext(), environment.streamCloseTimeout(), new CloseTimedOut(streamNumber));
    }
  }

  private void cancel(String why) {
    if (stream != null) {
      stream.cancel(why);
    }
  }

  private void report(String details) {
    environment
        .reports()
        .accept(
            "Entity [%s] of service [%s]: %s"
                .formatted(instance.entityId(), instance.service().name(), details));
  }

  private void touch() {
    lastActivityNanos = environment.nanoTime().getAsLong();
  }

  /** One timer for idleness and for what takes too long, instead of one per command. */
  private Cancellable tickIn(long nanos) {
    return tellLater(getContext(), tickAfter(environment, nanos), Tick.INSTANCE);
  }

  private static Duration tickAfter(EntityEnvironment environment, long nanos) {
    var atMost = Math.min(nanos, environment.entities().relayTimeout().toNanos());
    return Duration.ofNanos(Math.max(atMost, SHORTEST_TICK.toNanos()));
  }

  /** Not by Akka's timers: they would look at every message. */
  private static Cancellable tellLater(
      ActorContext<Message> context, Duration delay, Message message) {
    return context.scheduleOnce(delay, context.getSelf(), message);
  }
}
