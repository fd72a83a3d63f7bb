package io.cloudstate.proxy.eventing;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.cloudstate.proxy.eventing.LogSession.Step;
import io.cloudstate.proxy.storage.journal.EventLog;
import io.cloudstate.proxy.storage.journal.EventLogStore;
import io.cloudstate.proxy.storage.journal.LogPosition;
import io.cloudstate.proxy.storage.journal.LogPositions;
import io.cloudstate.proxy.storage.journal.LoggedEvent;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one runner of a slice in the cluster: does what {@link LogSession} says. It begins where the
 * slice was left, on whichever node that was, and is stopped by sharding when it has to move.
 */
final class LogSlice extends AbstractBehavior<LogSlice.Message> {

  /** What comes to a slice. */
  sealed interface Message permits Remote, Own {}

  /** What goes from node to node. */
  sealed interface Remote extends Message permits Signal, GetStatus {}

  /** What somebody wants of it. */
  enum Signal implements Remote {
    /** Be there, and look whether there are new events. */
    WAKE,
    /** Go on where the handler failed. */
    RESUME,
    /** Go on behind what it failed with. */
    SKIP,
    /** Finish what is under way, save, and end. */
    STOP
  }

  record GetStatus(ActorRef<SliceStatus> replyTo) implements Remote {}

  private sealed interface Own extends Message {}

  private record Opened(@Nullable LogPosition position, @Nullable Throwable failure)
      implements Own {}

  private record HasRead(EventLog.@Nullable Read read, @Nullable Throwable failure)
      implements Own {}

  private record HasFetched(@Nullable List<LoggedEvent> events, @Nullable Throwable failure)
      implements Own {}

  private record Handled(LoggedEvent event, @Nullable Throwable failure) implements Own {}

  private record Saved(@Nullable Boolean isThere, @Nullable Throwable failure) implements Own {}

  private enum Time implements Own {
    TO_OPEN,
    TO_GO_ON,
    TO_GIVE_UP
  }

  /**
   * What a slice works with.
   *
   * @param drainTimeout how long a slice that ends waits for what is under way
   * @param start the number after which a consumer begins that is new
   * @param head the highest number of the log, as far as this node knows
   */
  record Environment(
      EventLogStore store,
      LogSession.Limits limits,
      Duration drainTimeout,
      Supplier<CompletionStage<Long>> start,
      LongSupplier head,
      LongSupplier nanoTime,
      LongSupplier millis,
      String node) {}

  private static final Logger log = LoggerFactory.getLogger(LogSlice.class);
  private static final Duration REOPEN = Duration.ofSeconds(1);

  private final TimerScheduler<Message> timers;
  private final SliceId id;
  private final ConsumerHandler handler;
  private final Environment environment;
  private final LogPositions.Key key;
  private final SlicePlace place;
  private @Nullable LogSession session; // null until the position is known
  private Optional<String> storeError = Optional.empty();
  private boolean isStopping;

  /**
   * A slice that begins at once.
   *
   * @param place is told, on any thread
   */
  static Behavior<Message> create(
      SliceId id, ConsumerHandler handler, Environment environment, SlicePlace place) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  var slice = new LogSlice(context, timers, id, handler, environment, place);
                  slice.open();
                  return slice;
                }));
  }

  private LogSlice(
      ActorContext<Message> context,
      TimerScheduler<Message> timers,
      SliceId id,
      ConsumerHandler handler,
      Environment environment,
      SlicePlace place) {
    super(context);
    this.timers = timers;
    this.id = id;
    this.handler = handler;
    this.environment = environment;
    this.place = place;
    var consumer = handler.consumer();
    this.key = new LogPositions.Key(consumer.service(), consumer.group(), consumer.source().name());
  }

  @Override
  public Receive<Message> createReceive() {
    return newReceiveBuilder()
        .onMessage(Signal.class, this::onSignal)
        .onMessage(GetStatus.class, this::onGetStatus)
        .onMessage(Opened.class, this::onOpened)
        .onMessage(HasRead.class, this::onRead)
        .onMessage(HasFetched.class, this::onFetched)
        .onMessage(Handled.class, this::onHandled)
        .onMessage(Saved.class, this::onSaved)
        .onMessage(Time.class, this::onTime)
        .onSignal(PostStop.class, stopped -> onPostStop())
        .build();
  }

  private void open() {
    var opened =
        environment
            .start()
            .get()
            .thenCompose(start -> environment.store().positions().open(key, id.slice(), start));
    getContext().pipeToSelf(opened, Opened::new);
  }

  private Behavior<Message> onOpened(Opened opened) {
    var position = opened.position();
    if (isStopping) {
      return Behaviors.stopped();
    }
    if (position == null) {
      storeError = message(opened.failure());
      timers.startSingleTimer(Time.TO_OPEN, REOPEN);
      return this;
    }
    storeError = Optional.empty();
    log.atDebug()
        .addKeyValue("consumer", id.consumer())
        .addKeyValue("slice", id.slice().toString())
        .addKeyValue("position", position.watermark())
        .log("consuming a slice");
    var started = new LogSession(environment.limits(), key.log(), id.slice(), position, nanoTime());
    session = started;
    return doAll(started.onWake(nanoTime()));
  }

  private Behavior<Message> onSignal(Signal signal) {
    if (signal == Signal.WAKE) {
      place.awake();
    } else if (signal == Signal.STOP) {
      handler.stop();
    }
    var running = session;
    if (running == null) {
      if (signal == Signal.STOP) {
        isStopping = true;
        return timers.isTimerActive(Time.TO_OPEN) ? Behaviors.stopped() : this;
      }
      return this;
    }
    return doAll(
        switch (signal) {
          case WAKE -> running.onWake(nanoTime());
          case RESUME -> running.onResume(nanoTime());
          case SKIP -> running.onSkip(nanoTime());
          case STOP -> stop(running);
        });
  }

  private List<Step> stop(LogSession running) {
    timers.startSingleTimer(Time.TO_GIVE_UP, environment.drainTimeout());
    return running.onStop(nanoTime());
  }

  private Behavior<Message> onGetStatus(GetStatus get) {
    get.replyTo().tell(status());
    return this;
  }

  private Behavior<Message> onRead(HasRead hasRead) {
    var read = hasRead.read();
    storeError = message(hasRead.failure());
    return doAll(
        read == null ? session().onReadFailed(nanoTime()) : session().onRead(read, nanoTime()));
  }

  private Behavior<Message> onFetched(HasFetched fetched) {
    var events = fetched.events();
    storeError = message(fetched.failure());
    return doAll(
        events == null
            ? session().onReadFailed(nanoTime())
            : session().onFetched(events, nanoTime()));
  }

  private Behavior<Message> onHandled(Handled handled) {
    return doAll(
        handled.failure() == null
            ? session().onDone(handled.event(), nanoTime())
            : session().onFailed(handled.event(), nanoTime()));
  }

  private Behavior<Message> onSaved(Saved saved) {
    var isThere = saved.isThere();
    storeError = message(saved.failure());
    return doAll(
        isThere == null
            ? session().onSaveFailed(nanoTime())
            : session().onSaved(isThere, nanoTime()));
  }

  private Behavior<Message> onTime(Time time) {
    return switch (time) {
      case TO_OPEN -> {
        open();
        yield this;
      }
      case TO_GO_ON -> doAll(session().onTime(nanoTime()));
      case TO_GIVE_UP -> doAll(session().onGiveUp(nanoTime()));
    };
  }

  private Behavior<Message> onPostStop() {
    place.ended();
    return this;
  }

  private Behavior<Message> doAll(List<Step> steps) {
    Behavior<Message> next = this;
    for (var step : steps) {
      if (step instanceof Step.End) {
        next = Behaviors.stopped();
      } else {
        perform(step);
      }
    }
    return next;
  }

  private void perform(Step step) {
    var context = getContext();
    if (step instanceof Step.ReadMore more) {
      context.pipeToSelf(environment.store().events().read(more.query()), HasRead::new);
    } else if (step instanceof Step.Fetch fetch) {
      context.pipeToSelf(environment.store().events().fetch(fetch.numbers()), HasFetched::new);
    } else if (step instanceof Step.Handle handle) {
      var event = handle.event();
      context.pipeToSelf(
          handler.handle(LogEvents.cloudEvent(key.log(), event)),
          (done, failure) -> new Handled(event, failure));
    } else if (step instanceof Step.Save save) {
      context.pipeToSelf(
          environment.store().positions().save(key, id.slice(), save.position()), Saved::new);
    } else if (step instanceof Step.ComeBack back) {
      timers.startSingleTimer(Time.TO_GO_ON, Duration.ofNanos(back.nanos()));
    } else {
      throw new AssertionError("unhandled: " + step);
    }
  }

  private SliceStatus status() {
    var running = session;
    var error = storeError.or(handler::lastError).orElse("");
    if (running == null) {
      return new SliceStatus(environment.node(), "starting", 0, 0, 0, 0, error);
    }
    var position = running.position();
    var oldest = running.oldestMillis();
    return new SliceStatus(
        environment.node(),
        running.state().name().toLowerCase(Locale.ROOT),
        position.scanned(),
        position.watermark(),
        running.undone() + Math.max(0, environment.head().getAsLong() - position.scanned()),
        oldest == 0 ? 0 : Math.max(0, (environment.millis().getAsLong() - oldest) / 1000),
        error);
  }

  private LogSession session() {
    var running = session;
    if (running == null) {
      throw new AssertionError("nothing is asked for before the position is known");
    }
    return running;
  }

  private long nanoTime() {
    return environment.nanoTime().getAsLong();
  }

  private static Optional<String> message(@Nullable Throwable failure) {
    return failure == null ? Optional.empty() : Optional.of(String.valueOf(failure.getMessage()));
  }
}
