package io.cloudstate.proxy.entity.eventsourced;

import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedEvent;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedInit;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedReply;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedSnapshot;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamIn;
import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.entity.EntityMessages;
import io.cloudstate.proxy.storage.journal.StoredEvent;
import io.cloudstate.proxy.storage.journal.StoredSnapshot;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Values to and from the messages of {@code cloudstate.eventsourced.EventSourced}. */
final class ProtocolMessages {

  private ProtocolMessages() {}

  /** Section 2: an absent snapshot is an unset field. */
  static EventSourcedStreamIn init(
      String serviceName, String entityId, Optional<StoredSnapshot> snapshot) {
    var init = EventSourcedInit.newBuilder().setServiceName(serviceName).setEntityId(entityId);
    snapshot.ifPresent(
        stored ->
            init.setSnapshot(
                EventSourcedSnapshot.newBuilder()
                    .setSnapshotSequence(stored.sequence())
                    .setSnapshot(EntityMessages.any(stored.payload()))));
    return EventSourcedStreamIn.newBuilder().setInit(init).build();
  }

  static EventSourcedStreamIn event(StoredEvent event) {
    return EventSourcedStreamIn.newBuilder()
        .setEvent(
            EventSourcedEvent.newBuilder()
                .setSequence(event.sequence())
                .setPayload(EntityMessages.any(event.payload())))
        .build();
  }

  static EventSourcedStreamIn command(String entityId, long id, Call call) {
    return EventSourcedStreamIn.newBuilder()
        .setCommand(EntityMessages.command(entityId, id, call))
        .build();
  }

  static EventSourcedStreamIn with(Metadata metadata, EventSourcedStreamIn command) {
    return EventSourcedStreamIn.newBuilder()
        .setCommand(EntityMessages.with(metadata, command.getCommand()))
        .build();
  }

  static Answer answer(EventSourcedReply reply) {
    return EntityMessages.answer(reply.getClientAction(), reply.getSideEffectsList());
  }

  static List<Payload> events(EventSourcedReply reply) {
    return reply.getEventsCount() == 1
        ? List.of(EntityMessages.payload(reply.getEvents(0)))
        : reply.getEventsList().stream().map(EntityMessages::payload).toList();
  }

  static @Nullable Payload snapshot(EventSourcedReply reply) {
    return reply.hasSnapshot() ? EntityMessages.payload(reply.getSnapshot()) : null;
  }
}
