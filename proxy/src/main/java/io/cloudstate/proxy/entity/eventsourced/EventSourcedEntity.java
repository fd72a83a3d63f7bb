package io.cloudstate.proxy.entity.eventsourced;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.ChildFailed;
import akka.actor.typed.PostStop;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import io.cloudstate.protocol.EventSourcedGrpc;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamIn;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamOut;
import io.cloudstate.proxy.discovery.ServiceDefinition;
import io.cloudstate.proxy.storage.journal.JournalWriter;
import io.cloudstate.proxy.storage.journal.StoredEvent;
import io.cloudstate.proxy.storage.journal.StoredSnapshot;
import io.cloudstate.proxy.userfunction.FunctionStream;
import io.cloudstate.proxy.userfunction.StreamEnd;
import io.cloudstate.proxy.userfunction.StreamListener;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The actor of one instance: does what its {@link EventSourcedSession} decides. It lives until it
 * has been idle for the passivation time-out or its shard moves; a stream that fails ends the
 * conversation, not the actor, so that no command in its mailbox is lost.
 */
final class EventSourcedEntity extends AbstractBehavior<EventSourcedEntity.Message> {

  private static final Logger log = LoggerFactory.getLogger(EventSourcedEntity.class);
  private static final Duration SHORTEST_TICK = Duration.ofMillis(10);
  private static final long NOT_READY = -1;

  sealed interface Message {}

  /** A command; answered exactly once. */
  record Invoke(Pending command) implements Message {}

  /** Sent by the shard: finish, close, and be gone. */
  enum Stop implements Message {
    INSTANCE
  }

  private enum Tick implements Message {
    INSTANCE
  }

  // What comes back carries the number of the stream it is about: news of an earlier one are late.
  private record FunctionSent(int stream, EventSourcedStreamOut message) implements Message {}

  private record StreamReady(int stream) implements Message {}

  private record StreamEnded(int stream, StreamEnd end) implements Message {}

  private record CloseTimedOut(int stream) implements Message {}

  private record SnapshotRead(int stream, Optional<StoredSnapshot> snapshot) implements Message {}

  private record PageRead(int stream, List<StoredEvent> events) implements Message {}

  private record LoadFailed(int stream, Throwable cause) implements Message {}

  private record WriterSaid(JournalWriter.Result result) implements Message {}

  private final EntityEnvironment environment;
  private final ServiceDefinition service;
  private final String entityId;
  private final String persistenceId;
  private final ActorRef<ClusterSharding.ShardCommand> shard;
  private final TimerScheduler<Message> timers;
  private final EventSourcedSession session;
  private final long passivationNanos;

  private @Nullable FunctionStream<EventSourcedStreamIn> stream;
  private int streamNumber;
  private @Nullable ActorRef<JournalWriter.Command> writer;
  private long writtenSequence = NOT_READY; // of the last event, as the writer knows it
  private long lastActivityNanos;
  private long waitingSinceNanos; // for the function's reply, or for loading
  private boolean isPassivating;
  private boolean isStopped;

  static Behavior<Message> create(
      EntityEnvironment environment,
      ServiceDefinition service,
      String entityId,
      ActorRef<ClusterSharding.ShardCommand> shard) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new EventSourcedEntity(
                        context, timers, environment, service, entityId, shard)));
  }

  private EventSourcedEntity(
      ActorContext<Message> context,
      TimerScheduler<Message> timers,
      EntityEnvironment environment,
      ServiceDefinition service,
      String entityId,
      ActorRef<ClusterSharding.ShardCommand> shard) {
    super(context);
    this.timers = timers;
    this.environment = environment;
    this.service = service;
    this.entityId = entityId;
    this.persistenceId = EventSourcedKind.persistenceId(service, entityId);
    this.shard = shard;
    this.session =
        new EventSourcedSession(
            service.name(),
            entityId,
            environment.entities().maxQueuedCommands(),
            environment.nanoTime());
    this.passivationNanos =
        service
            .passivationTimeout()
            .orElse(environment.eventSourced().passivationTimeout())
            .toNanos();
    touch();
    scheduleTick(passivationNanos);
  }

  @Override
  public Receive<Message> createReceive() {
    return newReceiveBuilder()
        .onMessage(Invoke.class, this::onInvoke)
        .onMessage(FunctionSent.class, this::onFunctionSent)
        .onMessage(WriterSaid.class, this::onWriterSaid)
        .onMessage(StreamReady.class, this::onStreamReady)
        .onMessage(SnapshotRead.class, this::onSnapshotRead)
        .onMessage(PageRead.class, this::onPageRead)
        .onMessage(LoadFailed.class, this::onLoadFailed)
        .onMessage(StreamEnded.class, this::onStreamEnded)
        .onMessage(CloseTimedOut.class, this::onCloseTimedOut)
        .onMessage(Tick.class, tick -> onTick())
        .onMessage(Stop.class, stop -> active(session.onStop()))
        .onSignal(ChildFailed.class, this::onWriterFailed)
        .onSignal(Terminated.class, this::onWriterTerminated)
        .onSignal(PostStop.class, signal -> onPostStop())
        .build();
  }

  private Behavior<Message> onInvoke(Invoke invoke) {
    isPassivating = false;
    return active(session.onCommand(invoke.command()));
  }

  private Behavior<Message> onFunctionSent(FunctionSent sent) {
    return sent.stream() == streamNumber ? active(session.onMessage(sent.message())) : this;
  }

  private Behavior<Message> onStreamReady(StreamReady ready) {
    if (ready.stream() == streamNumber) {
      replay();
    }
    return next();
  }

  private Behavior<Message> onSnapshotRead(SnapshotRead read) {
    environment.storeHealth().answered();
    return read.stream() == streamNumber ? active(session.onSnapshot(read.snapshot())) : this;
  }

  private Behavior<Message> onPageRead(PageRead read) {
    environment.storeHealth().answered();
    return read.stream() == streamNumber ? active(session.onPage(read.events())) : this;
  }

  private Behavior<Message> onLoadFailed(LoadFailed failed) {
    environment.storeHealth().failed(persistenceId, "events could not be loaded", failed.cause());
    if (failed.stream() != streamNumber) {
      return this;
    }
    return active(session.onLoadFailed(failed.cause().toString()));
  }

  private Behavior<Message> onStreamEnded(StreamEnded ended) {
    if (ended.stream() != streamNumber) {
      return this;
    }
    stream = null;
    timers.cancel(CloseTimedOut.class);
    var end = ended.end();
    return active(session.onStreamEnded(end.isUnreachable(), end.wasOpen(), end.reason()));
  }

  /** The function does not end its side: known gap 4, the entity must not stay unreachable. */
  private Behavior<Message> onCloseTimedOut(CloseTimedOut timedOut) {
    if (timedOut.stream() == streamNumber && stream != null) {
      stream.cancel("the function did not end the stream in time");
    }
    return this;
  }

  private Behavior<Message> onWriterSaid(WriterSaid said) {
    var result = said.result();
    if (result instanceof JournalWriter.Written written) {
      environment.storeHealth().answered();
      writtenSequence = written.lastSequence();
      return active(session.onStored(written.lastSequence()));
    } else if (result instanceof JournalWriter.Fenced fenced) {
      log.atError()
          .addKeyValue("entity", persistenceId)
          .addKeyValue("expected", fenced.expected())
          .addKeyValue("actual", fenced.actual())
          .log("somebody else has written to this entity");
      dropWriter(); // it would be fenced for ever
      return active(session.onStoreFailed("another writer"));
    } else if (result instanceof JournalWriter.Ready ready) {
      writtenSequence = ready.lastSequence();
      return active(session.onJournalReady(ready.lastSequence()));
    }
    throw new AssertionError("unhandled: " + result);
  }

  private Behavior<Message> onWriterFailed(ChildFailed failed) {
    environment.storeHealth().failed(persistenceId, "events could not be stored", failed.cause());
    forgetWriter();
    return active(session.onStoreFailed(failed.cause().toString()));
  }

  private Behavior<Message> onWriterTerminated(Terminated terminated) {
    forgetWriter();
    return active(session.onStoreFailed("the journal writer stopped"));
  }

  private Behavior<Message> onTick() {
    var now = environment.nanoTime().getAsLong();
    var relayNanos = environment.entities().relayTimeout().toNanos();
    if (session.isIdle()) {
      var idleFor = now - lastActivityNanos;
      if (idleFor >= passivationNanos) {
        passivate();
        scheduleTick(passivationNanos);
      } else {
        scheduleTick(passivationNanos - idleFor);
      }
      return this;
    }
    if (now - waitingSinceNanos >= relayNanos) {
      run(session.onCommandTimeout());
      run(session.onLoadTimeout());
    }
    scheduleTick(passivationNanos);
    return next();
  }

  private Behavior<Message> onPostStop() {
    if (stream != null) {
      stream.cancel("the entity stopped");
    }
    run(session.onCrash());
    return this;
  }

  private Behavior<Message> active(List<Step> steps) {
    touch();
    run(steps);
    return next();
  }

  private Behavior<Message> next() {
    return isStopped ? Behaviors.stopped() : this;
  }

  private void run(List<Step> steps) {
    for (var step : steps) {
      run(step);
    }
  }

  private void run(Step step) {
    if (step instanceof Step.Respond respond) {
      respond(respond);
    } else if (step instanceof Step.Send send) {
      send(send.message());
    } else if (step instanceof Step.Write write) {
      writer()
          .tell(
              new JournalWriter.Write(write.expectedSequence(), write.events(), write.snapshot()));
    } else if (step instanceof Step.Open) {
      open();
    } else if (step instanceof Step.ReadPage read) {
      readPage(read.fromSequence());
    } else if (step instanceof Step.Replay) {
      replay();
    } else if (step instanceof Step.HalfClose) {
      halfClose();
    } else if (step instanceof Step.Cancel cancel) {
      cancel(cancel.why());
    } else if (step instanceof Step.Report report) {
      report(report.details());
    } else if (step instanceof Step.Passivate) {
      passivate();
    } else if (step instanceof Step.Stop) {
      isStopped = true;
    } else {
      throw new AssertionError("unhandled: " + step);
    }
  }

  /** Foreign code: what it throws is a bug over there, and must not cost this entity its state. */
  private void respond(Step.Respond respond) {
    try {
      respond.pending().answer().accept(respond.answer());
    } catch (RuntimeException e) {
      log.atError().addKeyValue("entity", persistenceId).setCause(e).log("answer not taken");
    }
  }

  private void passivate() {
    if (!isPassivating) {
      isPassivating = true;
      shard.tell(new ClusterSharding.Passivate<>(getContext().getSelf()));
    }
  }

  private void open() {
    streamNumber++;
    waitingSinceNanos = environment.nanoTime().getAsLong();
    var number = streamNumber;
    var self = getContext().getSelf();
    if (environment.userFunction().isAway()) {
      // neither a writer nor a query for each command that comes meanwhile
      self.tell(new StreamEnded(number, StreamEnd.away()));
      return;
    }
    stream =
        environment
            .userFunction()
            .open(
                EventSourcedGrpc.getHandleMethod(),
                new StreamListener<>() {
                  @Override
                  public void onMessage(EventSourcedStreamOut message) {
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
    pipe(
        environment.events().latestSnapshot(persistenceId),
        snapshot -> new SnapshotRead(number, snapshot));
    writer(); // reads the journal's last sequence number meanwhile
    if (writtenSequence != NOT_READY) {
      run(session.onJournalReady(writtenSequence));
    }
  }

  private void readPage(long fromSequence) {
    var number = streamNumber;
    var settings = environment.eventSourced();
    pipe(
        environment
            .events()
            .page(
                persistenceId,
                fromSequence,
                settings.replayPageEvents(),
                settings.replayPageBytes()),
        events -> new PageRead(number, events));
  }

  private <T> void pipe(CompletionStage<T> stage, Function<T, Message> message) {
    var number = streamNumber;
    getContext()
        .pipeToSelf(
            stage,
            (value, cause) -> cause == null ? message.apply(value) : new LoadFailed(number, cause));
  }

  /** Known gap 5: events go out as fast as the function takes them, and no faster. */
  private void replay() {
    while (session.hasReplay() && stream != null && stream.isReady()) {
      touch();
      waitingSinceNanos = lastActivityNanos;
      run(session.replayNext());
    }
  }

  private void send(EventSourcedStreamIn message) {
    if (stream == null) {
      return; // it has just ended; the news is in the mailbox
    }
    stream.send(message);
    if (message.hasCommand()) {
      waitingSinceNanos = environment.nanoTime().getAsLong();
      stream.expect();
    }
  }

  private void halfClose() {
    if (stream != null) {
      stream.halfClose();
      timers.startSingleTimer(
          CloseTimedOut.class, new CloseTimedOut(streamNumber), environment.streamCloseTimeout());
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
        .accept("Entity [%s] of service [%s]: %s".formatted(entityId, service.name(), details));
  }

  private ActorRef<JournalWriter.Command> writer() {
    var running = writer;
    if (running == null) {
      var results = getContext().messageAdapter(JournalWriter.Result.class, WriterSaid::new);
      running =
          getContext()
              .spawnAnonymous(
                  JournalWriter.create(persistenceId, service.persistenceId(), results));
      getContext().watch(running);
      writer = running;
    }
    return running;
  }

  private void dropWriter() {
    if (writer != null) {
      getContext().unwatch(writer);
      getContext().stop(writer);
    }
    forgetWriter();
  }

  private void forgetWriter() {
    writer = null;
    writtenSequence = NOT_READY;
  }

  private void touch() {
    lastActivityNanos = environment.nanoTime().getAsLong();
  }

  /** One timer for idleness and for what takes too long, instead of one per command. */
  private void scheduleTick(long nanos) {
    var atMost = Math.min(nanos, environment.entities().relayTimeout().toNanos());
    var delay = Duration.ofNanos(Math.max(atMost, SHORTEST_TICK.toNanos()));
    timers.startSingleTimer(Tick.INSTANCE, delay);
  }
}
