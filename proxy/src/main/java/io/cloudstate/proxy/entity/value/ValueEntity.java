package io.cloudstate.proxy.entity.value;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import io.cloudstate.protocol.ValueEntityGrpc;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamIn;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamOut;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.entity.EntityActor;
import io.cloudstate.proxy.entity.EntityInstance;
import io.cloudstate.proxy.entity.EntityMessages;
import io.cloudstate.proxy.entity.EntityMetrics;
import io.cloudstate.proxy.entity.Step;
import io.cloudstate.proxy.storage.store.StoredValue;
import io.cloudstate.proxy.storage.store.ValueKey;
import io.cloudstate.proxy.storage.store.ValueWrite;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The actor of one value instance: reads and writes what {@link ValueSession} says. */
final class ValueEntity
    extends EntityActor<ValueEntityStreamIn, ValueEntityStreamOut, ValueEntity.News> {

  private static final Logger log = LoggerFactory.getLogger(ValueEntity.class);

  /** What the store has to say; with the number of the stream it was asked for. */
  sealed interface News {}

  private record ValueRead(int stream, StoredValue value) implements News {}

  private record ReadFailed(int stream, Throwable cause) implements News {}

  private record WriteAnswered(int stream, ValueWrite write, boolean isWritten) implements News {}

  private record WriteFailed(int stream, Throwable cause) implements News {}

  private final ValueEnvironment environment;
  private final ValueKey key;
  private final ValueSession session;
  private final EntityMetrics metrics;
  private long writingSinceNanos;

  static Behavior<Message> create(ValueEnvironment environment, EntityInstance instance) {
    return Behaviors.setup(
        context -> new ValueEntity(context, environment, instance, session(environment, instance)));
  }

  private static ValueSession session(ValueEnvironment environment, EntityInstance instance) {
    return new ValueSession(
        instance.service().name(),
        instance.entityId(),
        environment.shared().entities().maxQueuedCommands(),
        environment.shared().nanoTime());
  }

  private ValueEntity(
      ActorContext<Message> context,
      ValueEnvironment environment,
      EntityInstance instance,
      ValueSession session) {
    super(
        context,
        environment.shared(),
        instance,
        ValueEntityGrpc.getHandleMethod(),
        session,
        environment.settings().passivationTimeout());
    this.environment = environment;
    this.key = new ValueKey(instance.service().persistenceId(), instance.entityId());
    this.session = session;
    this.metrics = instance.metrics();
  }

  @Override
  protected ValueEntityStreamIn with(Metadata metadata, ValueEntityStreamIn command) {
    return ProtocolMessages.with(metadata, command);
  }

  @Override
  protected void load() {
    var number = streamNumber();
    pipe(
        environment.store().read(key),
        value -> new ValueRead(number, value),
        cause -> new ReadFailed(number, cause));
  }

  @Override
  protected void run(Step.OfKind step) {
    if (step instanceof ValueStep.Send send) {
      send(send.message(), send.message().hasCommand());
    } else if (step instanceof ValueStep.Write write) {
      write(new ValueWrite(key, write.expectedRevision(), write.value(), write.outgoing()));
    } else {
      throw new AssertionError("unhandled: " + step);
    }
  }

  private void write(ValueWrite write) {
    var number = streamNumber();
    writingSinceNanos = handledSinceNanos();
    storing();
    pipeWrite(
        environment.store().write(write),
        isWritten -> new WriteAnswered(number, write, isWritten),
        cause -> new WriteFailed(number, cause));
  }

  @Override
  protected Behavior<Message> onNews(News news) {
    if (news instanceof WriteAnswered answered) {
      return onWriteAnswered(answered);
    } else if (news instanceof ValueRead read) {
      return onValueRead(read);
    } else if (news instanceof WriteFailed failed) {
      return onWriteFailed(failed);
    } else if (news instanceof ReadFailed failed) {
      storeFailed("value could not be loaded", failed.cause());
      return isCurrent(failed.stream())
          ? active(session.onReadFailed(failed.cause().toString()))
          : this;
    }
    throw new AssertionError("unhandled: " + news);
  }

  private Behavior<Message> onWriteFailed(WriteFailed failed) {
    storeFailed("value could not be stored", failed.cause());
    metrics.notPersisted();
    if (!isCurrent(failed.stream())) {
      return this;
    }
    notStored();
    return active(session.onWriteFailed(failed.cause().toString()));
  }

  private Behavior<Message> onValueRead(ValueRead read) {
    environment.storeHealth().answered();
    if (!isCurrent(read.stream())) {
      return this;
    }
    var payload = read.value().value();
    if (payload != null) {
      metrics.loaded(1, EntityMessages.sizeBytes(payload));
    }
    return active(session.onRead(read.value()));
  }

  private Behavior<Message> onWriteAnswered(WriteAnswered answered) {
    environment.storeHealth().answered();
    if (!answered.isWritten()) {
      metrics.notPersisted();
      log.atError()
          .addKeyValue("entity", key)
          .addKeyValue("expected", answered.write().expectedRevision())
          .log("somebody else has written to this entity");
    }
    if (!isCurrent(answered.stream())) {
      return this;
    }
    if (!answered.isWritten()) {
      notStored();
      return active(session.onWriteFailed("another writer"));
    }
    stored();
    recordWrite(answered.write());
    return active(session.onWritten());
  }

  private void recordWrite(ValueWrite write) {
    var nanos = environment.shared().nanoTime().getAsLong() - writingSinceNanos;
    var payload = write.value();
    if (payload == null) {
      metrics.deleted(nanos);
    } else {
      metrics.persisted(1, EntityMessages.sizeBytes(payload), nanos);
    }
  }

  private void storeFailed(String what, Throwable cause) {
    environment.storeHealth().failed(key.toString(), what, cause);
  }
}
