package io.cloudstate.tck.reference;

import com.google.protobuf.Empty;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.cloudstate.protocol.Action.ActionCommand;
import io.cloudstate.protocol.Action.ActionResponse;
import io.cloudstate.protocol.EntityOuterClass.Command;
import io.cloudstate.protocol.EntityOuterClass.MetadataEntry;
import io.cloudstate.protocol.EntityOuterClass.Reply;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedReply;
import io.cloudstate.tck.model.Eventlogeventing.EffectRequest;
import io.cloudstate.tck.model.Eventlogeventing.EmitEventRequest;
import io.cloudstate.tck.model.Eventlogeventing.EventOne;
import io.cloudstate.tck.model.Eventlogeventing.EventTwo;
import io.cloudstate.tck.model.Eventlogeventing.JsonEvent;
import io.cloudstate.tck.model.Eventlogeventing.ProcessStep;
import io.cloudstate.tck.model.Eventlogeventing.Response;
import java.util.List;

/**
 * The event log model (spec: eventing.md section 10): two entity types write logs, one an action
 * reads them. What the action answers carries the id of the entity that wrote the event, which is
 * the subject of the CloudEvent in the command's metadata.
 */
final class EventLogs {

  private static final String SUBJECT = "ce-subject";

  /** Completes the reply of an entity that writes: an event, and an empty answer. */
  static EventSourcedReply.Builder emit(Command command, EventSourcedReply.Builder reply) {
    reply.setClientAction(Answers.reply(Empty.getDefaultInstance()));
    if (command.getName().equals("EmitJsonEvent")) {
      var request = Answers.unpacked(command.getPayload(), JsonEvent.parser());
      return reply.addEvents(Answers.json("JsonMessage", json(request.getMessage())));
    }
    var request = Answers.unpacked(command.getPayload(), EmitEventRequest.parser());
    return switch (request.getEventCase()) {
      case EVENT_ONE -> reply.addEvents(Answers.packed(request.getEventOne()));
      case EVENT_TWO -> reply.addEvents(Answers.packed(request.getEventTwo()));
      case EVENT_NOT_SET -> reply;
    };
  }

  /** The answers of the action that reads, one for each step of an event. */
  static List<ActionResponse> consume(ActionCommand command) {
    var payload = command.getPayload();
    var id = subject(command);
    return switch (command.getName()) {
      case "ProcessEventOne" ->
          List.of(answer(id, Answers.unpacked(payload, EventOne.parser()).getStep()));
      case "ProcessEventTwo" ->
          Answers.unpacked(payload, EventTwo.parser()).getStepList().stream()
              .map(step -> answer(id, step))
              .toList();
      case "ProcessAnyEvent" -> List.of(reply(id, messageIn(Answers.jsonText(payload))));
      case "Effect" -> {
        var request = Answers.unpacked(payload, EffectRequest.parser());
        yield List.of(reply(request.getId(), request.getMessage()));
      }
      default -> throw new ProtocolViolation("command " + command.getName() + " is not served");
    };
  }

  private static ActionResponse answer(String id, ProcessStep step) {
    return switch (step.getStepCase()) {
      case REPLY -> reply(id, step.getReply().getMessage());
      case FORWARD -> forward(id, step.getForward().getMessage());
      case STEP_NOT_SET -> ActionResponse.getDefaultInstance();
    };
  }

  private static ActionResponse reply(String id, String message) {
    var response = Response.newBuilder().setId(id).setMessage(message).build();
    return ActionResponse.newBuilder()
        .setReply(Reply.newBuilder().setPayload(Answers.packed(response)))
        .build();
  }

  private static ActionResponse forward(String id, String message) {
    var request = EffectRequest.newBuilder().setId(id).setMessage(message).build();
    return ActionResponse.newBuilder()
        .setForward(Answers.forwarded(Services.EVENT_LOG_SUBSCRIBER, "Effect", request))
        .build();
  }

  private static String subject(ActionCommand command) {
    return command.getMetadata().getEntriesList().stream()
        .filter(entry -> entry.getKey().equalsIgnoreCase(SUBJECT))
        .map(MetadataEntry::getStringValue)
        .findFirst()
        .orElse("");
  }

  private static String json(String message) {
    try {
      return JsonFormat.printer()
          .omittingInsignificantWhitespace()
          .print(JsonEvent.newBuilder().setMessage(message));
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("a message without Any fields can be printed", e);
    }
  }

  private static String messageIn(String json) {
    try {
      var event = JsonEvent.newBuilder();
      JsonFormat.parser().ignoringUnknownFields().merge(json, event);
      return event.getMessage();
    } catch (InvalidProtocolBufferException e) {
      throw new ProtocolViolation("JSON event: " + e.getMessage());
    }
  }

  private EventLogs() {}
}
