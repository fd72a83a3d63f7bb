package io.cloudstate.tck.suite.proxy;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Empty;
import io.cloudstate.protocol.Action.ActionCommand;
import io.cloudstate.protocol.Action.ActionResponse;
import io.cloudstate.protocol.EntityOuterClass.Entity;
import io.cloudstate.protocol.EntityOuterClass.MetadataEntry;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamIn;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamOut;
import io.cloudstate.tck.driver.FunctionCall;
import io.cloudstate.tck.driver.FunctionRpcs;
import io.cloudstate.tck.driver.Messages;
import io.cloudstate.tck.driver.Rpc;
import io.cloudstate.tck.driver.Text;
import io.cloudstate.tck.model.Eventlogeventing.EffectRequest;
import io.cloudstate.tck.model.Eventlogeventing.EmitEventRequest;
import io.cloudstate.tck.model.Eventlogeventing.EventOne;
import io.cloudstate.tck.model.Eventlogeventing.Forward;
import io.cloudstate.tck.model.Eventlogeventing.JsonEvent;
import io.cloudstate.tck.model.Eventlogeventing.ProcessStep;
import io.cloudstate.tck.model.Eventlogeventing.Reply;
import io.cloudstate.tck.model.Eventlogeventing.Response;
import io.cloudstate.tck.rule.Group;
import io.cloudstate.tck.rule.Mismatch;
import java.util.List;

/** Events of a log that the proxy hands to an action, as the original kit has it. */
final class EventingRules {

  static final String NAME = "eventing";

  private static final String SUBSCRIBER =
      "cloudstate.tck.model.eventlogeventing.EventLogSubscriberModel";
  private static final String ONE = "cloudstate.tck.model.eventlogeventing.EventSourcedEntityOne";
  private static final String TWO = "cloudstate.tck.model.eventlogeventing.EventSourcedEntityTwo";
  private static final String JSON = "json.cloudstate.io/";

  private static final Rpc<EmitEventRequest, Empty> EMIT_EVENT =
      new Rpc<>(
          ONE, "EmitEvent", EmitEventRequest.getDefaultInstance(), Empty.getDefaultInstance());
  private static final Rpc<JsonEvent, Empty> EMIT_JSON_EVENT =
      new Rpc<>(TWO, "EmitJsonEvent", JsonEvent.getDefaultInstance(), Empty.getDefaultInstance());

  static final List<Entity> ENTITIES =
      List.of(
          Protocol.entity(Protocol.ACTION, SUBSCRIBER, ""),
          Protocol.entity(Protocol.EVENT_SOURCED, ONE, "eventlogeventing-one"),
          Protocol.entity(Protocol.EVENT_SOURCED, TWO, "eventlogeventing-two"));

  static final Group<ProxyStage> GROUP =
      Group.<ProxyStage>original(NAME, "Event logs")
          .rule(
              "lp1",
              "a stored event is one handleUnary of the method that consumes its type, with the"
                  + " entity's id as the CloudEvent's subject",
              EventingRules::consumed)
          .rule(
              "lp2",
              "a forward by the consumer of an event is one handleUnary of its target",
              EventingRules::forwarded)
          .rule(
              "lp3",
              "an event of JSON is handed to the method that takes any event, as it was stored",
              EventingRules::json);

  private EventingRules() {}

  private static void consumed(ProxyStage stage) {
    var id = stage.newId("eventlogeventing:1");
    var event = one(ProcessStep.newBuilder().setReply(Reply.newBuilder().setMessage("message")));
    emit(stage, id, event);
    var call = expectEvent(stage, "ProcessEventOne", id, Messages.any(event));
    reply(call, id, "message");
  }

  private static void forwarded(ProxyStage stage) {
    var id = stage.newId("eventlogeventing:2");
    var event =
        one(ProcessStep.newBuilder().setForward(Forward.newBuilder().setMessage("message")));
    emit(stage, id, event);
    var call = expectEvent(stage, "ProcessEventOne", id, Messages.any(event));
    var request = EffectRequest.newBuilder().setId(id).setMessage("message").build();
    ActionModel.answer(
        call,
        ActionResponse.newBuilder()
            .setForward(Messages.forwarded(SUBSCRIBER, "Effect", request).getForward()));
    var effect = stage.function().expectCall(FunctionRpcs.UNARY_ACTION);
    ActionModel.expect(effect, ActionModel.command(SUBSCRIBER, "Effect", request));
    effect.expectCompletion();
    reply(effect, id, "message");
  }

  private static void json(ProxyStage stage) {
    var id = stage.newId("eventlogeventing:3");
    var request = JsonEvent.newBuilder().setId(id).setMessage("some json message").build();
    stage.client().call(EMIT_JSON_EVENT, request);
    var text = "{\"message\":\"some json message\"}";
    var scripted =
        Any.newBuilder()
            .setTypeUrl(JSON + "TckJsonEvent")
            .setValue(
                com.google.protobuf.BytesValue.of(ByteString.copyFromUtf8(text)).toByteString())
            .build();
    var stream = stage.function().expectCall(FunctionRpcs.EVENT_SOURCED);
    stream.expect(EventSourcedModel.init(TWO, id));
    stream.expect(command(id, "EmitJsonEvent", request));
    var sent = stream.send(stored(scripted), EventingRules::anyJsonEvent);
    var event = sent.getReply().getEvents(0);
    var call = expectEvent(stage, "ProcessAnyEvent", id, event);
    reply(call, id, "some json message");
  }

  /** Functions may name the type and write the JSON as they like. */
  private static EventSourcedStreamOut anyJsonEvent(EventSourcedStreamOut message) {
    var aside = message.toBuilder();
    aside
        .getReplyBuilder()
        .getEventsBuilderList()
        .forEach(
            event -> {
              if (event.getTypeUrl().startsWith(JSON)) {
                event.setTypeUrl(JSON).clearValue();
              }
            });
    return aside.build();
  }

  private static EventOne one(ProcessStep.Builder step) {
    return EventOne.newBuilder().setStep(step).build();
  }

  private static void emit(ProxyStage stage, String id, EventOne event) {
    var request = EmitEventRequest.newBuilder().setId(id).setEventOne(event).build();
    stage.client().call(EMIT_EVENT, request);
    var stream = stage.function().expectCall(FunctionRpcs.EVENT_SOURCED);
    stream.expect(EventSourcedModel.init(ONE, id));
    stream.expect(command(id, "EmitEvent", request));
    stream.send(stored(Messages.any(event)));
  }

  private static FunctionCall<ActionCommand, ActionResponse> expectEvent(
      ProxyStage stage, String method, String subject, Any event) {
    var call = stage.function().expectCall(FunctionRpcs.UNARY_ACTION);
    var command = call.next();
    var expected = ActionModel.opening(SUBSCRIBER, method).toBuilder().setPayload(event).build();
    if (!command.toBuilder().clearMetadata().build().equals(expected)) {
      throw new Mismatch("what comes on " + call.label(), Text.of(expected), Text.of(command));
    }
    var came =
        command.getMetadata().getEntriesList().stream()
            .filter(entry -> entry.getKey().equalsIgnoreCase("ce-subject"))
            .map(MetadataEntry::getStringValue)
            .toList();
    if (!came.equals(List.of(subject))) {
      throw new Mismatch("ce-subject of " + call.label(), "[" + subject + "]", came.toString());
    }
    call.expectCompletion();
    return call;
  }

  private static void reply(
      FunctionCall<ActionCommand, ActionResponse> call, String id, String message) {
    var response = Response.newBuilder().setId(id).setMessage(message).build();
    ActionModel.answer(
        call, ActionResponse.newBuilder().setReply(Messages.replied(response).getReply()));
  }

  private static EventSourcedStreamIn command(
      String id, String name, com.google.protobuf.Message payload) {
    return EventSourcedStreamIn.newBuilder()
        .setCommand(Messages.command(id, 1, name, payload))
        .build();
  }

  private static EventSourcedStreamOut stored(Any event) {
    return EventSourcedRules.out(
        EventSourcedModel.action(1, Messages.replied(Empty.getDefaultInstance())).addEvents(event));
  }
}
