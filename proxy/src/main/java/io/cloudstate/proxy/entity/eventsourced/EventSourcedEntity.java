package io.cloudstate.proxy.entity.eventsourced;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import io.cloudstate.protocol.EventSourcedGrpc;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamIn;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamOut;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.entity.EntityActor;
import io.cloudstate.proxy.entity.EntityInstance;
import io.cloudstate.proxy.entity.EntityMessages;
import io.cloudstate.proxy.entity.EntityMetrics;
import io.cloudstate.proxy.entity.Step;
import io.cloudstate.proxy.storage.journal.EventWrite;
import io.cloudstate.proxy.storage.journal.StoredEvent;
import io.cloudstate.proxy.storage.journal.StoredSnapshot;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The actor of one event sourced instance: replays and stores what {@link EventSourcedSession}
 * says.
 */
final class EventSourcedEntity
    extends EntityActor<EventSourcedStreamIn, EventSourcedStreamOut, EventSourcedEntity.News> {

  private static final Logger log = LoggerFactory.getLogger(EventSourcedEntity.class);
  private static final long UNKNOWN = -1;

  /** What the store has to say; with the number of the stream the reading was for. */
  sealed interface News {}

  private record LastSequenceRead(int stream, long sequence) implements News {}

  private record SnapshotRead(int stream, Optional<StoredSnapshot> snapshot) implements News {}

  private record PageRead(int stream, List<StoredEvent> events) implements News {}

  private record LoadFailed(int stream, Throwable cause) implements News {}

  private record WriteAnswered(int stream, EventSourcedStep.Write write, boolean isWritten)
      implements News {}

  private record WriteFailed(int stream, Throwable cause) implements News {}

  private final EventSourcedEnvironment environment;
  private final String persistenceId;
  private final EventSourcedSession session;
  private final EntityMetrics metrics;

  private long storedSequence = UNKNOWN; // of the last event in the store
  private long writingSinceNanos;

  static Behavior<Message> create(EventSourcedEnvironment environment, EntityInstance instance) {
    return Behaviors.setup(
        context ->
            new EventSourcedEntity(context, environment, instance, session(environment, instance)));
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
      EventSourcedEnvironment environment,
      EntityInstance instance,
      EventSourcedSession session) {
    super(
        context,
        environment.shared(),
        instance,
        EventSourcedGrpc.getHandleMethod(),
        session,
        environment.settings().passivationTimeout());
    this.environment = environment;
    this.persistenceId = instance.key();
    this.session = session;
    this.metrics = instance.metrics();
  }

  @Override
  protected Behavior<Message> onNews(News news) {
    if (news instanceof WriteAnswered answered) {
      return onWriteAnswered(answered);
    } else if (news instanceof WriteFailed failed) {
      return onWriteFailed(failed);
    } else if (news instanceof LastSequenceRead read) {
      return onLastSequenceRead(read);
    } else if (news instanceof SnapshotRead read) {
      return onSnapshotRead(read);
    } else if (news instanceof PageRead read) {
      return onPageRead(read);
    } else if (news instanceof LoadFailed failed) {
      return onLoadFailed(failed);
    }
    throw new AssertionError("unhandled: " + news);
  }

  private Behavior<Message> onSnapshotRead(SnapshotRead read) {
    environment.storeHealth().answered();
    if (!isCurrent(read.stream())) {
      return this;
    }
    read.snapshot()
        .ifPresent(found -> metrics.snapshotLoaded(EntityMessages.sizeBytes(found.payload())));
    return active(session.onSnapshot(read.snapshot()));
  }

  private Behavior<Message> onPageRead(PageRead read) {
    environment.storeHealth().answered();
    if (!isCurrent(read.stream())) {
      return this;
    }
    var bytes = 0L;
    for (var event : read.events()) {
      bytes += EntityMessages.sizeBytes(event.payload());
    }
    metrics.loaded(read.events().size(), bytes);
    return active(session.onPage(read.events()));
  }

  private Behavior<Message> onLoadFailed(LoadFailed failed) {
    environment.storeHealth().failed(persistenceId, "events could not be loaded", failed.cause());
    return isCurrent(failed.stream())
        ? active(session.onLoadFailed(failed.cause().toString()))
        : this;
  }

  private Behavior<Message> onLastSequenceRead(LastSequenceRead read) {
    environment.storeHealth().answered();
    if (!isCurrent(read.stream())) {
      return this;
    }
    storedSequence = read.sequence();
    return active(session.onLastSequence(storedSequence));
  }

  private Behavior<Message> onWriteAnswered(WriteAnswered answered) {
    environment.storeHealth().answered();
    var write = answered.write();
    if (!answered.isWritten()) {
      metrics.notPersisted();
      log.atError()
          .addKeyValue("entity", persistenceId)
          .addKeyValue("expected", write.expectedSequence())
          .log("somebody else has written to this entity");
    }
    if (!isCurrent(answered.stream())) {
      return this;
    }
    if (answered.isWritten()) {
      stored();
      return active(stored(write));
    }
    notStored();
    return active(session.onWriteFailed("another writer"));
  }

  private List<Step> stored(EventSourcedStep.Write write) {
    storedSequence = write.expectedSequence() + write.events().size();
    metrics.persisted(
        write.events().size(),
        sizeBytes(write.events()),
        environment.shared().nanoTime().getAsLong() - writingSinceNanos);
    var snapshot = write.snapshot();
    if (snapshot != null) {
      save(new StoredSnapshot(storedSequence, snapshot));
    }
    return session.onStored(storedSequence);
  }

  private static long sizeBytes(List<Payload> events) {
    var bytes = 0L;
    for (var event : events) {
      bytes += EntityMessages.sizeBytes(event);
    }
    return bytes;
  }

  /** Known gap 10 of spec/telemetry.md: counted when it is saved. */
  private void save(StoredSnapshot snapshot) {
    environment
        .events()
        .saveSnapshot(persistenceId, snapshot)
        .whenComplete(
            (saved, failure) -> {
              if (failure == null) {
                metrics.snapshotPersisted(EntityMessages.sizeBytes(snapshot.payload()));
              } else {
                metrics.snapshotNotPersisted();
              }
            });
  }

  private Behavior<Message> onWriteFailed(WriteFailed failed) {
    environment.storeHealth().failed(persistenceId, "events could not be stored", failed.cause());
    metrics.notPersisted();
    if (!isCurrent(failed.stream())) {
      return this;
    }
    notStored();
    return active(session.onWriteFailed(failed.cause().toString()));
  }

  @Override
  protected void run(Step.OfKind step) {
    if (step instanceof EventSourcedStep.Send send) {
      send(send.message(), send.message().hasCommand());
    } else if (step instanceof EventSourcedStep.Write write) {
      write(write);
    } else if (step instanceof EventSourcedStep.ReadPage read) {
      readPage(read.fromSequence());
    } else if (step instanceof EventSourcedStep.Replay) {
      replay();
    } else {
      throw new AssertionError("unhandled: " + step);
    }
  }

  @Override
  protected EventSourcedStreamIn with(Metadata metadata, EventSourcedStreamIn command) {
    return ProtocolMessages.with(metadata, command);
  }

  @Override
  protected void load() {
    var number = streamNumber();
    pipe(
        environment.events().latestSnapshot(persistenceId),
        snapshot -> new SnapshotRead(number, snapshot),
        cause -> new LoadFailed(number, cause));
    if (storedSequence == UNKNOWN) {
      pipe(
          environment.events().lastSequence(persistenceId),
          sequence -> new LastSequenceRead(number, sequence),
          cause -> new LoadFailed(number, cause));
    } else {
      run(session.onLastSequence(storedSequence));
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

  private void write(EventSourcedStep.Write write) {
    var number = streamNumber();
    var events =
        new EventWrite(
            persistenceId, write.expectedSequence() + 1, write.events(), write.outgoing());
    storedSequence = UNKNOWN; // until the store has answered
    writingSinceNanos = handledSinceNanos();
    storing();
    pipeWrite(
        environment.events().append(events),
        isWritten -> new WriteAnswered(number, write, isWritten),
        cause -> new WriteFailed(number, cause));
  }
}
