package io.cloudstate.proxy.entity.eventsourced;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.ChildFailed;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.ReceiveBuilder;
import akka.actor.typed.javadsl.TimerScheduler;
import io.cloudstate.protocol.EventSourcedGrpc;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamIn;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamOut;
import io.cloudstate.proxy.entity.EntityActor;
import io.cloudstate.proxy.entity.EntityInstance;
import io.cloudstate.proxy.entity.Step;
import io.cloudstate.proxy.storage.journal.JournalWriter;
import io.cloudstate.proxy.storage.journal.StoredEvent;
import io.cloudstate.proxy.storage.journal.StoredSnapshot;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The actor of one event sourced instance: replays what {@link EventSourcedSession} says, and keeps
 * a writer to the journal.
 */
final class EventSourcedEntity
    extends EntityActor<EventSourcedStreamIn, EventSourcedStreamOut, EventSourcedEntity.News> {

  private static final Logger log = LoggerFactory.getLogger(EventSourcedEntity.class);
  private static final long NOT_READY = -1;

  /** What the journal has to say; with the number of the stream the reading was for. */
  sealed interface News {}

  private record SnapshotRead(int stream, Optional<StoredSnapshot> snapshot) implements News {}

  private record PageRead(int stream, List<StoredEvent> events) implements News {}

  private record LoadFailed(int stream, Throwable cause) implements News {}

  private record WriterSaid(JournalWriter.Result result) implements News {}

  private final EventSourcedEnvironment environment;
  private final EntityInstance instance;
  private final String persistenceId;
  private final EventSourcedSession session;

  private @Nullable ActorRef<JournalWriter.Command> writer;
  private long writtenSequence = NOT_READY; // of the last event, as the writer knows it

  static Behavior<Message> create(EventSourcedEnvironment environment, EntityInstance instance) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new EventSourcedEntity(
                        context, timers, environment, instance, session(environment, instance))));
  }

  private static EventSourcedSession session(
      EventSourcedEnvironment environment, EntityInstance instance) {
    return new EventSourcedSession(
        instance.service().name(),
        instance.entityId(),
        environment.shared().entities().maxQueuedCommands(),
        environment.shared().nanoTime());
  }

  private EventSourcedEntity(
      ActorContext<Message> context,
      TimerScheduler<Message> timers,
      EventSourcedEnvironment environment,
      EntityInstance instance,
      EventSourcedSession session) {
    super(
        context,
        timers,
        environment.shared(),
        instance,
        EventSourcedGrpc.getHandleMethod(),
        session,
        environment.settings().passivationTimeout());
    this.environment = environment;
    this.instance = instance;
    this.persistenceId = instance.key();
    this.session = session;
  }

  @Override
  protected ReceiveBuilder<Message> receive() {
    return super.receive()
        .onSignal(ChildFailed.class, this::onWriterFailed)
        .onSignal(Terminated.class, this::onWriterTerminated);
  }

  @Override
  protected Behavior<Message> onNews(News news) {
    if (news instanceof WriterSaid said) {
      return onWriterSaid(said.result());
    } else if (news instanceof SnapshotRead read) {
      environment.storeHealth().answered();
      return isCurrent(read.stream()) ? active(session.onSnapshot(read.snapshot())) : this;
    } else if (news instanceof PageRead read) {
      environment.storeHealth().answered();
      return isCurrent(read.stream()) ? active(session.onPage(read.events())) : this;
    } else if (news instanceof LoadFailed failed) {
      return onLoadFailed(failed);
    }
    throw new AssertionError("unhandled: " + news);
  }

  private Behavior<Message> onLoadFailed(LoadFailed failed) {
    environment.storeHealth().failed(persistenceId, "events could not be loaded", failed.cause());
    return isCurrent(failed.stream())
        ? active(session.onLoadFailed(failed.cause().toString()))
        : this;
  }

  private Behavior<Message> onWriterSaid(JournalWriter.Result result) {
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

  @Override
  protected void run(Step.OfKind step) {
    if (step instanceof EventSourcedStep.Send send) {
      send(send.message(), send.message().hasCommand());
    } else if (step instanceof EventSourcedStep.Write write) {
      writer()
          .tell(
              new JournalWriter.Write(write.expectedSequence(), write.events(), write.snapshot()));
    } else if (step instanceof EventSourcedStep.ReadPage read) {
      readPage(read.fromSequence());
    } else if (step instanceof EventSourcedStep.Replay) {
      replay();
    } else {
      throw new AssertionError("unhandled: " + step);
    }
  }

  @Override
  protected void load() {
    var number = streamNumber();
    pipe(
        environment.events().latestSnapshot(persistenceId),
        snapshot -> new SnapshotRead(number, snapshot),
        cause -> new LoadFailed(number, cause));
    writer(); // reads the journal's last sequence number meanwhile
    if (writtenSequence != NOT_READY) {
      run(session.onJournalReady(writtenSequence));
    }
  }

  private void readPage(long fromSequence) {
    var number = streamNumber();
    var settings = environment.settings();
    pipe(
        environment
            .events()
            .page(
                persistenceId,
                fromSequence,
                settings.replayPageEvents(),
                settings.replayPageBytes()),
        events -> new PageRead(number, events),
        cause -> new LoadFailed(number, cause));
  }

  @Override
  protected void onStreamReady() {
    replay();
  }

  /** Known gap 5: events go out as fast as the function takes them, and no faster. */
  private void replay() {
    while (session.hasReplay() && isStreamReady()) {
      progressed();
      run(session.replayNext());
    }
  }

  private ActorRef<JournalWriter.Command> writer() {
    var running = writer;
    if (running == null) {
      var results =
          getContext()
              .messageAdapter(JournalWriter.Result.class, result -> news(new WriterSaid(result)));
      running =
          getContext()
              .spawnAnonymous(
                  JournalWriter.create(persistenceId, instance.service().persistenceId(), results));
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
}
