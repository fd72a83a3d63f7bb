package io.cloudstate.tck.suite.model;

import com.google.protobuf.Any;
import io.cloudstate.protocol.EntityOuterClass.ClientAction;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedEvent;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedInit;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedReply;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedSnapshot;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamIn;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamOut;
import io.cloudstate.tck.driver.ClientCall;
import io.cloudstate.tck.driver.Messages;
import io.cloudstate.tck.driver.ScriptedProxy;
import io.cloudstate.tck.model.Eventsourced.Effect;
import io.cloudstate.tck.model.Eventsourced.Emit;
import io.cloudstate.tck.model.Eventsourced.Fail;
import io.cloudstate.tck.model.Eventsourced.Forward;
import io.cloudstate.tck.model.Eventsourced.Persisted;
import io.cloudstate.tck.model.Eventsourced.Request;
import io.cloudstate.tck.model.Eventsourced.RequestAction;
import io.cloudstate.tck.model.Eventsourced.Response;
import java.util.List;

/**
 * The kit's side of one entity of the event sourced model: opens and closes its streams, numbers
 * its commands, and compares the replies.
 */
final class EventSourcedEntity {

  static final String MODEL = "cloudstate.tck.model.EventSourcedTckModel";
  static final String TWO = "cloudstate.tck.model.EventSourcedTwo";
  static final String CONFIGURED = "cloudstate.tck.model.EventSourcedConfigured";

  private final ScriptedProxy proxy;
  private final String id;
  private ClientCall<EventSourcedStreamIn, EventSourcedStreamOut> stream;
  private long commands;

  private EventSourcedEntity(ScriptedProxy proxy) {
    this.proxy = proxy;
    this.id = proxy.freshId("entity");
    this.stream = proxy.eventSourced(MODEL);
  }

  /** A new entity, its first stream open; {@code init} is to follow. */
  static EventSourcedEntity open(ScriptedProxy proxy) {
    return new EventSourcedEntity(proxy);
  }

  EventSourcedEntity init() {
    return send(EventSourcedStreamIn.newBuilder().setInit(newInit()));
  }

  EventSourcedEntity init(long snapshotSequence, String snapshot) {
    var init =
        newInit()
            .setSnapshot(
                EventSourcedSnapshot.newBuilder()
                    .setSnapshotSequence(snapshotSequence)
                    .setSnapshot(persisted(snapshot)));
    return send(EventSourcedStreamIn.newBuilder().setInit(init));
  }

  private EventSourcedInit.Builder newInit() {
    return EventSourcedInit.newBuilder().setServiceName(MODEL).setEntityId(id);
  }

  /** Replays one. */
  EventSourcedEntity event(long sequence, String value) {
    return send(
        EventSourcedStreamIn.newBuilder()
            .setEvent(
                EventSourcedEvent.newBuilder().setSequence(sequence).setPayload(persisted(value))));
  }

  EventSourcedEntity process(RequestAction... actions) {
    var request = Request.newBuilder().setId(id).addAllActions(List.of(actions)).build();
    return send(
        EventSourcedStreamIn.newBuilder()
            .setCommand(Messages.command(id, ++commands, "Process", request)));
  }

  private EventSourcedEntity send(EventSourcedStreamIn.Builder message) {
    stream.send(message.build());
    return this;
  }

  EventSourcedEntity expect(Answer answer) {
    stream.expect(answer.to(commands));
    return this;
  }

  /**
   * Expects the command to fail, with or without a wish to restart.
   *
   * @return whether the function wishes it
   */
  boolean failsMaybeRestarting(String description) {
    var reply = stream.expect(failed(description).to(commands), EventSourcedEntity::restartAside);
    return reply.getReply().getClientAction().getFailure().getRestart();
  }

  private static EventSourcedStreamOut restartAside(EventSourcedStreamOut message) {
    if (!message.getReply().getClientAction().hasFailure()) {
      return message;
    }
    var comparable = message.toBuilder();
    comparable.getReplyBuilder().getClientActionBuilder().getFailureBuilder().clearRestart();
    return comparable.build();
  }

  /** Half-closes, and expects the function to complete. */
  EventSourcedEntity close() {
    stream.complete();
    stream.expectCompletion();
    return this;
  }

  /** A new stream of the same entity, on which commands count from 1 again. */
  EventSourcedEntity reopen() {
    close();
    stream = proxy.eventSourced(MODEL);
    commands = 0;
    return this;
  }

  /** What a reply has to consist of, in the making. */
  static final class Answer {
    private final EventSourcedReply.Builder reply = EventSourcedReply.newBuilder();

    private Answer(ClientAction action) {
      reply.setClientAction(action);
    }

    Answer events(String... values) {
      for (var value : values) {
        reply.addEvents(persisted(value));
      }
      return this;
    }

    Answer snapshot(String value) {
      reply.setSnapshot(persisted(value));
      return this;
    }

    Answer effect(String id) {
      reply.addSideEffects(Messages.effect(TWO, "Call", of(id), false));
      return this;
    }

    Answer synchronousEffect(String id) {
      reply.addSideEffects(Messages.effect(TWO, "Call", of(id), true));
      return this;
    }

    private EventSourcedStreamOut to(long commandId) {
      if (reply.getClientAction().hasFailure()) {
        reply.getClientActionBuilder().getFailureBuilder().setCommandId(commandId);
      }
      return EventSourcedStreamOut.newBuilder().setReply(reply.setCommandId(commandId)).build();
    }
  }

  static Answer state(String text) {
    return new Answer(Messages.replied(Response.newBuilder().setMessage(text).build()));
  }

  static Answer forwarded(String id) {
    return new Answer(Messages.forwarded(TWO, "Call", of(id)));
  }

  static Answer failed(String description) {
    return new Answer(Messages.failed(0, description, false));
  }

  static RequestAction emit(String value) {
    return RequestAction.newBuilder().setEmit(Emit.newBuilder().setValue(value)).build();
  }

  static RequestAction forward(String id) {
    return RequestAction.newBuilder().setForward(Forward.newBuilder().setId(id)).build();
  }

  static RequestAction effect(String id) {
    return RequestAction.newBuilder().setEffect(Effect.newBuilder().setId(id)).build();
  }

  static RequestAction synchronousEffect(String id) {
    return RequestAction.newBuilder()
        .setEffect(Effect.newBuilder().setId(id).setSynchronous(true))
        .build();
  }

  static RequestAction fail(String description) {
    return RequestAction.newBuilder().setFail(Fail.newBuilder().setMessage(description)).build();
  }

  private static Request of(String id) {
    return Request.newBuilder().setId(id).build();
  }

  private static Any persisted(String value) {
    return Messages.any(Persisted.newBuilder().setValue(value).build());
  }
}
