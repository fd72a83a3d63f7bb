package io.cloudstate.tck.suite.model;

import com.google.protobuf.Any;
import com.google.protobuf.BytesValue;
import com.google.protobuf.Empty;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import io.cloudstate.protocol.Action.ActionCommand;
import io.cloudstate.protocol.Action.ActionResponse;
import io.cloudstate.protocol.EntityOuterClass;
import io.cloudstate.protocol.EntityOuterClass.Command;
import io.cloudstate.protocol.EntityOuterClass.Metadata;
import io.cloudstate.protocol.EntityOuterClass.MetadataEntry;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedInit;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedReply;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamIn;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamOut;
import io.cloudstate.tck.driver.ClientCall;
import io.cloudstate.tck.driver.FunctionRpcs;
import io.cloudstate.tck.driver.Messages;
import io.cloudstate.tck.driver.Rpc;
import io.cloudstate.tck.driver.ScriptedProxy;
import io.cloudstate.tck.model.Eventlogeventing.EffectRequest;
import io.cloudstate.tck.model.Eventlogeventing.EmitEventRequest;
import io.cloudstate.tck.model.Eventlogeventing.EventOne;
import io.cloudstate.tck.model.Eventlogeventing.Forward;
import io.cloudstate.tck.model.Eventlogeventing.JsonEvent;
import io.cloudstate.tck.model.Eventlogeventing.ProcessStep;
import io.cloudstate.tck.model.Eventlogeventing.Reply;
import io.cloudstate.tck.model.Eventlogeventing.Response;
import io.cloudstate.tck.rule.Mismatch;

/** The kit's side of the event log model: an entity that writes, and one consumed event. */
final class EventLogCalls {

  private static final String PACKAGE = "cloudstate.tck.model.eventlogeventing.";
  static final String SUBSCRIBER = PACKAGE + "EventLogSubscriberModel";
  static final String ONE = PACKAGE + "EventSourcedEntityOne";
  static final String TWO = PACKAGE + "EventSourcedEntityTwo";

  /** The entity that has written what is consumed. */
  static final String SUBJECT = "eventlogeventing:1";

  private static final String JSON = "json.cloudstate.io/";

  private final ClientCall<ActionCommand, ActionResponse> call;

  private EventLogCalls(ClientCall<ActionCommand, ActionResponse> call) {
    this.call = call;
  }

  // --- writing

  static void emitsMessage(ScriptedProxy proxy) {
    var event = EventOne.newBuilder().setStep(reply("some message")).build();
    var id = proxy.freshId("entity");
    var request = EmitEventRequest.newBuilder().setId(id).setEventOne(event).build();
    var stream = emit(proxy, ONE, Messages.command(id, 1, "EmitEvent", request));
    stream.expect(out(emptyReply().addEvents(Messages.any(event))));
    stream.complete();
    stream.expectCompletion();
  }

  /** A JSON event with this message, as the function has written it. */
  static Any emitsJson(ScriptedProxy proxy, String message) {
    var id = proxy.freshId("entity");
    var request = JsonEvent.newBuilder().setId(id).setMessage(message).build();
    var stream = emit(proxy, TWO, Messages.command(id, 1, "EmitJsonEvent", request));
    var reply = stream.next().getReply();
    if (reply.getEventsCount() != 1 || !reply.getEvents(0).getTypeUrl().startsWith(JSON)) {
      throw new Mismatch("events", "one with type " + JSON + "…", reply.getEventsList().toString());
    }
    var written = messageIn(reply.getEvents(0));
    if (!written.equals(message)) {
      throw new Mismatch("property message of the event", message, written);
    }
    stream.complete();
    stream.expectCompletion();
    return reply.getEvents(0);
  }

  private static ClientCall<EventSourcedStreamIn, EventSourcedStreamOut> emit(
      ScriptedProxy proxy, String service, Command command) {
    var stream = proxy.eventSourced(service);
    var init =
        EventSourcedInit.newBuilder().setServiceName(service).setEntityId(command.getEntityId());
    stream.send(EventSourcedStreamIn.newBuilder().setInit(init).build());
    stream.send(EventSourcedStreamIn.newBuilder().setCommand(command).build());
    return stream;
  }

  private static EventSourcedReply.Builder emptyReply() {
    return EventSourcedReply.newBuilder()
        .setCommandId(1)
        .setClientAction(Messages.replied(Empty.getDefaultInstance()));
  }

  private static EventSourcedStreamOut out(EventSourcedReply.Builder reply) {
    return EventSourcedStreamOut.newBuilder().setReply(reply).build();
  }

  private static String messageIn(Any event) {
    try {
      var json = Struct.newBuilder();
      JsonFormat.parser()
          .merge(BytesValue.parseFrom(event.getValue()).getValue().toStringUtf8(), json);
      return json.getFieldsOrDefault("message", Value.getDefaultInstance()).getStringValue();
    } catch (InvalidProtocolBufferException e) {
      throw new Mismatch("bytes of the event", "JSON text in field 1", e.toString());
    }
  }

  // --- reading

  static void consumesJson(ScriptedProxy proxy) {
    var event = emitsJson(proxy, "some json message");
    consume(proxy, FunctionRpcs.UNARY_ACTION, "ProcessAnyEvent", event)
        .expect(replied("some json message"))
        .close();
  }

  static EventLogCalls consume(
      ScriptedProxy proxy, Rpc<ActionCommand, ActionResponse> shape, String method, Message event) {
    return consume(proxy, shape, method, Messages.any(event));
  }

  private static EventLogCalls consume(
      ScriptedProxy proxy, Rpc<ActionCommand, ActionResponse> shape, String method, Any event) {
    var call = proxy.action(SUBSCRIBER, shape);
    call.send(
        ActionCommand.newBuilder()
            .setServiceName(SUBSCRIBER)
            .setName(method)
            .setPayload(event)
            .setMetadata(cloudEvent(event))
            .build());
    call.complete();
    return new EventLogCalls(call);
  }

  /** The attributes that a proxy gives to an event of a log (spec: eventing.md section 4.3). */
  private static Metadata cloudEvent(Any event) {
    return Metadata.newBuilder()
        .addEntries(entry("ce-id", "1"))
        .addEntries(entry("ce-source", "eventlogeventing-one"))
        .addEntries(entry("ce-specversion", "1.0"))
        .addEntries(entry("ce-type", event.getTypeUrl()))
        .addEntries(entry("Content-Type", "application/vnd.cloudstate.protobuf.any"))
        .addEntries(entry("ce-subject", SUBJECT))
        .build();
  }

  private static MetadataEntry entry(String key, String value) {
    return MetadataEntry.newBuilder().setKey(key).setStringValue(value).build();
  }

  EventLogCalls expect(ActionResponse response) {
    call.expect(response, ActionCall::withoutMetadata);
    return this;
  }

  void close() {
    call.expectCompletion();
  }

  static ProcessStep reply(String message) {
    return ProcessStep.newBuilder().setReply(Reply.newBuilder().setMessage(message)).build();
  }

  static ProcessStep forward(String message) {
    return ProcessStep.newBuilder().setForward(Forward.newBuilder().setMessage(message)).build();
  }

  static ActionResponse replied(String message) {
    var response = Response.newBuilder().setId(SUBJECT).setMessage(message).build();
    return ActionResponse.newBuilder().setReply(Messages.replied(response).getReply()).build();
  }

  static ActionResponse forwarded(String message) {
    var request = EffectRequest.newBuilder().setId(SUBJECT).setMessage(message).build();
    return ActionResponse.newBuilder()
        .setForward(
            EntityOuterClass.Forward.newBuilder()
                .setServiceName(SUBSCRIBER)
                .setCommandName("Effect")
                .setPayload(Messages.any(request)))
        .build();
  }
}
