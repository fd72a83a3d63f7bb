package io.cloudstate.tck.suite.proxy;

import com.google.protobuf.Any;
import io.cloudstate.protocol.EntityOuterClass.ClientAction;
import io.cloudstate.protocol.EntityOuterClass.Entity;
import io.cloudstate.protocol.EntityOuterClass.SideEffect;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedEvent;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedInit;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedReply;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedSnapshot;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamIn;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamOut;
import io.cloudstate.tck.driver.ClientCall;
import io.cloudstate.tck.driver.FunctionCall;
import io.cloudstate.tck.driver.FunctionRpcs;
import io.cloudstate.tck.driver.HttpApi;
import io.cloudstate.tck.driver.Messages;
import io.cloudstate.tck.driver.Rpc;
import io.cloudstate.tck.model.Eventsourced.Effect;
import io.cloudstate.tck.model.Eventsourced.Emit;
import io.cloudstate.tck.model.Eventsourced.Fail;
import io.cloudstate.tck.model.Eventsourced.Forward;
import io.cloudstate.tck.model.Eventsourced.Persisted;
import io.cloudstate.tck.model.Eventsourced.Request;
import io.cloudstate.tck.model.Eventsourced.RequestAction;
import io.cloudstate.tck.model.Eventsourced.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One entity of the event sourced model: the client that calls it and its stream to the function.
 */
final class EventSourcedModel {

  static final String MODEL = "cloudstate.tck.model.EventSourcedTckModel";
  static final String TWO = "cloudstate.tck.model.EventSourcedTwo";
  static final String CONFIGURED = "cloudstate.tck.model.EventSourcedConfigured";

  static final Rpc<Request, Response> PROCESS = rpc(MODEL, "Process");
  static final Rpc<Request, Response> CALL_TWO = rpc(TWO, "Call");
  static final Rpc<Request, Response> CALL_CONFIGURED = rpc(CONFIGURED, "Call");

  static final List<Entity> ENTITIES =
      List.of(
          Protocol.entity(Protocol.EVENT_SOURCED, MODEL, "event-sourced-tck-model"),
          Protocol.entity(Protocol.EVENT_SOURCED, TWO, "event-sourced-tck-model-two"),
          Protocol.entity(Protocol.EVENT_SOURCED, CONFIGURED, "event-sourced-configured", 100));

  private final ProxyStage stage;
  private final String id;
  private @Nullable FunctionCall<EventSourcedStreamIn, EventSourcedStreamOut> stream;

  EventSourcedModel(ProxyStage stage) {
    this.stage = stage;
    this.id = stage.newId();
  }

  String id() {
    return id;
  }

  /** The client calls {@code Process}. */
  ClientCall<Request, Response> call(RequestAction... actions) {
    return stage.client().call(PROCESS, request(actions));
  }

  /** The same over HTTP with a body of JSON. */
  HttpApi.Call post(String json) {
    return stage.http().postJson("/tck/model/eventsourced/" + id, json);
  }

  /** The proxy opens the stream of a service for this entity. */
  FunctionCall<EventSourcedStreamIn, EventSourcedStreamOut> open(String service) {
    var opened = stage.function().expectCall(FunctionRpcs.EVENT_SOURCED);
    opened.expect(init(service, id));
    return opened;
  }

  /** The proxy opens this entity's stream, with these events stored so far. */
  EventSourcedModel opens(String... events) {
    stream = open(MODEL);
    for (var i = 0; i < events.length; i++) {
      stream().expect(event(i + 1, events[i]));
    }
    return this;
  }

  FunctionCall<EventSourcedStreamIn, EventSourcedStreamOut> stream() {
    if (stream == null) {
      throw new IllegalStateException("no stream yet");
    }
    return stream;
  }

  /** The function gets the command. */
  void expectCommand(long number, RequestAction... actions) {
    stream().expect(command(number, "Process", request(actions)));
  }

  /** The client calls, and the function gets it as this command. */
  ClientCall<Request, Response> commands(long number, RequestAction... actions) {
    var call = call(actions);
    expectCommand(number, actions);
    return call;
  }

  /** The same, answered by a text and events, which the client gets the text of. */
  void turn(long number, String text, List<String> events, RequestAction... actions) {
    turn(number, reply(number, text, events), text, actions);
  }

  void turn(long number, EventSourcedReply.Builder reply, String text, RequestAction... actions) {
    var call = commands(number, actions);
    send(reply);
    call.expectReply(response(text));
  }

  void send(EventSourcedReply.Builder reply) {
    stream().send(EventSourcedStreamOut.newBuilder().setReply(reply).build());
  }

  /**
   * The function fails the command and asks for a restart, which a real function need not.
   *
   * @return whether it asked
   */
  boolean sendFailure(long number, String text) {
    var failure = EventSourcedRules.out(failed(number, text, true));
    var sent = stream().send(failure, EventSourcedModel::restartAside);
    return sent.getReply().getClientAction().getFailure().getRestart();
  }

  private static EventSourcedStreamOut restartAside(EventSourcedStreamOut message) {
    if (!message.getReply().getClientAction().hasFailure()) {
      return message;
    }
    var aside = message.toBuilder();
    aside.getReplyBuilder().getClientActionBuilder().getFailureBuilder().clearRestart();
    return aside.build();
  }

  Request request(RequestAction... actions) {
    return Request.newBuilder().setId(id).addAllActions(List.of(actions)).build();
  }

  static RequestAction emit(String value) {
    return RequestAction.newBuilder().setEmit(Emit.newBuilder().setValue(value)).build();
  }

  RequestAction forward() {
    return RequestAction.newBuilder().setForward(Forward.newBuilder().setId(id)).build();
  }

  RequestAction effect() {
    return RequestAction.newBuilder().setEffect(Effect.newBuilder().setId(id)).build();
  }

  static RequestAction fail(String message) {
    return RequestAction.newBuilder().setFail(Fail.newBuilder().setMessage(message)).build();
  }

  static EventSourcedReply.Builder reply(long number, String text, List<String> events) {
    return action(number, Messages.replied(response(text)))
        .addAllEvents(events.stream().map(EventSourcedModel::persisted).toList());
  }

  EventSourcedReply.Builder forwarded(long number) {
    return action(number, Messages.forwarded(TWO, "Call", request()));
  }

  SideEffect effectOnTwo() {
    return Messages.effect(TWO, "Call", request(), false);
  }

  static EventSourcedReply.Builder failed(long number, String text, boolean restart) {
    return action(number, Messages.failed(number, text, restart));
  }

  static EventSourcedReply.Builder action(long number, ClientAction action) {
    return EventSourcedReply.newBuilder().setCommandId(number).setClientAction(action);
  }

  static EventSourcedStreamOut failure(long number, String text) {
    return EventSourcedStreamOut.newBuilder()
        .setFailure(Messages.failed(number, text, false).getFailure())
        .build();
  }

  static EventSourcedStreamIn init(String service, String id) {
    return EventSourcedStreamIn.newBuilder()
        .setInit(EventSourcedInit.newBuilder().setServiceName(service).setEntityId(id))
        .build();
  }

  static EventSourcedStreamIn init(String service, String id, long sequence, String snapshot) {
    return EventSourcedStreamIn.newBuilder()
        .setInit(
            EventSourcedInit.newBuilder()
                .setServiceName(service)
                .setEntityId(id)
                .setSnapshot(
                    EventSourcedSnapshot.newBuilder()
                        .setSnapshotSequence(sequence)
                        .setSnapshot(persisted(snapshot))))
        .build();
  }

  static EventSourcedStreamIn event(long sequence, String value) {
    return EventSourcedStreamIn.newBuilder()
        .setEvent(EventSourcedEvent.newBuilder().setSequence(sequence).setPayload(persisted(value)))
        .build();
  }

  static EventSourcedStreamIn command(long number, String name, Request request) {
    return EventSourcedStreamIn.newBuilder()
        .setCommand(Messages.command(request.getId(), number, name, request))
        .build();
  }

  static Any persisted(String value) {
    return Messages.any(Persisted.newBuilder().setValue(value).build());
  }

  static Response response(String message) {
    return Response.newBuilder().setMessage(message).build();
  }

  private static Rpc<Request, Response> rpc(String service, String method) {
    return new Rpc<>(service, method, Request.getDefaultInstance(), Response.getDefaultInstance());
  }
}
