package io.cloudstate.tck.reference;

import io.cloudstate.protocol.Action.ActionCommand;
import io.cloudstate.protocol.Action.ActionResponse;
import io.cloudstate.protocol.EntityOuterClass.Failure;
import io.cloudstate.protocol.EntityOuterClass.Reply;
import io.cloudstate.tck.model.Action.OtherRequest;
import io.cloudstate.tck.model.Action.ProcessGroup;
import io.cloudstate.tck.model.Action.ProcessStep;
import io.cloudstate.tck.model.Action.Request;
import io.cloudstate.tck.model.Action.Response;
import io.cloudstate.tck.model.Action.SideEffect;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One call of an action (spec: action.md; protocol.md, {@code cloudstate/tck/model/action.proto}).
 * The first message names the service and the method; when the method's input streams it has no
 * payload, and the messages after it have nothing else. A response is made of steps: the last
 * reply, forward or failure wins, effects accumulate, and they stay beside a failure.
 */
final class ActionSession implements Session<ActionCommand, ActionResponse> {

  private @Nullable ActionCommand opening; // null until the first message
  private ActionResponse.Builder combined = ActionResponse.newBuilder();

  @Override
  public List<ActionResponse> onMessage(ActionCommand command) {
    if (opening == null) {
      opening = command;
      return command.hasPayload() ? onRequest(command) : List.of();
    }
    return onRequest(opening.toBuilder().mergeFrom(command).build());
  }

  /** Only a method whose input streams and whose output does not answers as late as this. */
  @Override
  public List<ActionResponse> onCompleted() {
    return opening != null && opening.getName().equals("ProcessStreamedIn")
        ? List.of(combined.build())
        : List.of();
  }

  private List<ActionResponse> onRequest(ActionCommand command) {
    return switch (command.getServiceName()) {
      case Services.ACTION -> process(command);
      case Services.ACTION_TWO -> List.of(reply(""));
      case Services.EVENT_LOG_SUBSCRIBER -> EventLogs.consume(command);
      default ->
          throw new ProtocolViolation(
              "service " + command.getServiceName() + " is not served here");
    };
  }

  private List<ActionResponse> process(ActionCommand command) {
    var groups = Answers.unpacked(command.getPayload(), Request.parser()).getGroupsList();
    return switch (command.getName()) {
      case "ProcessUnary" -> {
        groups.forEach(group -> add(group, combined));
        yield List.of(combined.build());
      }
      case "ProcessStreamedIn" -> {
        groups.forEach(group -> add(group, combined));
        yield List.of();
      }
      case "ProcessStreamedOut", "ProcessStreamed" ->
          groups.stream().map(group -> add(group, ActionResponse.newBuilder()).build()).toList();
      default -> throw new ProtocolViolation("command " + command.getName() + " is not served");
    };
  }

  private static ActionResponse.Builder add(ProcessGroup group, ActionResponse.Builder response) {
    for (ProcessStep step : group.getStepsList()) {
      switch (step.getStepCase()) {
        case REPLY -> response.setReply(reply(step.getReply().getMessage()).getReply());
        case FORWARD ->
            response.setForward(
                Answers.forwarded(
                    Services.ACTION_TWO, Answers.CALL, other(step.getForward().getId())));
        case FAIL ->
            response.setFailure(Failure.newBuilder().setDescription(step.getFail().getMessage()));
        case EFFECT -> response.addSideEffects(effect(step.getEffect()));
        case STEP_NOT_SET -> {}
      }
    }
    return response;
  }

  private static ActionResponse reply(String message) {
    var response = Response.newBuilder().setMessage(message).build();
    return ActionResponse.newBuilder()
        .setReply(Reply.newBuilder().setPayload(Answers.packed(response)))
        .build();
  }

  private static io.cloudstate.protocol.EntityOuterClass.SideEffect effect(SideEffect effect) {
    return Answers.effect(Services.ACTION_TWO, other(effect.getId()), effect.getSynchronous());
  }

  private static OtherRequest other(String id) {
    return OtherRequest.newBuilder().setId(id).build();
  }
}
