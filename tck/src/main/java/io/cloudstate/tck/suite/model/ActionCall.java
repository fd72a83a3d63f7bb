package io.cloudstate.tck.suite.model;

import io.cloudstate.protocol.Action.ActionCommand;
import io.cloudstate.protocol.Action.ActionResponse;
import io.cloudstate.protocol.EntityOuterClass.Failure;
import io.cloudstate.protocol.EntityOuterClass.Metadata;
import io.cloudstate.tck.driver.ClientCall;
import io.cloudstate.tck.driver.FunctionRpcs;
import io.cloudstate.tck.driver.Messages;
import io.cloudstate.tck.driver.ScriptedProxy;
import io.cloudstate.tck.model.Action.Fail;
import io.cloudstate.tck.model.Action.Forward;
import io.cloudstate.tck.model.Action.OtherRequest;
import io.cloudstate.tck.model.Action.ProcessGroup;
import io.cloudstate.tck.model.Action.ProcessStep;
import io.cloudstate.tck.model.Action.Reply;
import io.cloudstate.tck.model.Action.Request;
import io.cloudstate.tck.model.Action.Response;
import io.cloudstate.tck.model.Action.SideEffect;
import java.util.List;

/** The kit's side of one call of the action model, in one of the four shapes. */
final class ActionCall {

  static final String MODEL = "cloudstate.tck.model.action.ActionTckModel";
  static final String TWO = "cloudstate.tck.model.action.ActionTwo";

  private final ClientCall<ActionCommand, ActionResponse> call;
  private boolean isInputClosed;

  private ActionCall(ClientCall<ActionCommand, ActionResponse> call) {
    this.call = call;
  }

  /** One command, one response. */
  static ActionCall unary(ScriptedProxy proxy, ProcessGroup... groups) {
    return new ActionCall(proxy.action(MODEL, FunctionRpcs.UNARY_ACTION))
        .send("ProcessUnary", groups);
  }

  /** Opened without a request. */
  static ActionCall streamedIn(ScriptedProxy proxy) {
    return new ActionCall(proxy.action(MODEL, FunctionRpcs.STREAMED_IN_ACTION))
        .open("ProcessStreamedIn");
  }

  /** One command, a response for each group. */
  static ActionCall streamedOut(ScriptedProxy proxy, ProcessGroup... groups) {
    return new ActionCall(proxy.action(MODEL, FunctionRpcs.STREAMED_OUT_ACTION))
        .send("ProcessStreamedOut", groups);
  }

  /** Opened without a request. */
  static ActionCall streamed(ScriptedProxy proxy) {
    return new ActionCall(proxy.action(MODEL, FunctionRpcs.STREAMED_ACTION))
        .open("ProcessStreamed");
  }

  private ActionCall send(String method, ProcessGroup... groups) {
    call.send(opening(method).setPayload(Messages.any(request(groups))).build());
    return closeInput();
  }

  private ActionCall open(String method) {
    call.send(opening(method).build());
    return this;
  }

  private static ActionCommand.Builder opening(String method) {
    return ActionCommand.newBuilder()
        .setServiceName(MODEL)
        .setName(method)
        .setMetadata(Metadata.getDefaultInstance());
  }

  /** A further message of a call whose input streams. */
  ActionCall request(ProcessGroup group, ProcessGroup... more) {
    var request = Request.newBuilder().addGroups(group).addAllGroups(List.of(more));
    call.send(
        ActionCommand.newBuilder()
            .setPayload(Messages.any(request.build()))
            .setMetadata(Metadata.getDefaultInstance())
            .build());
    return this;
  }

  ActionCall expect(Answer answer) {
    call.expect(answer.response.build(), ActionCall::withoutMetadata);
    return this;
  }

  /** Ends the input, and expects the function to complete. */
  void close() {
    if (!isInputClosed) {
      closeInput();
    }
    call.expectCompletion();
  }

  /** Ends the input of a call that is answered only then. */
  ActionCall closeInput() {
    call.complete();
    isInputClosed = true;
    return this;
  }

  /** What metadata a library adds is its own affair. */
  static ActionResponse withoutMetadata(ActionResponse response) {
    var comparable = response.toBuilder();
    if (response.hasReply()) {
      comparable.getReplyBuilder().clearMetadata();
    }
    if (response.hasForward()) {
      comparable.getForwardBuilder().clearMetadata();
    }
    comparable.getSideEffectsBuilderList().forEach(effect -> effect.clearMetadata());
    return comparable.build();
  }

  private static Request request(ProcessGroup... groups) {
    return Request.newBuilder().addAllGroups(List.of(groups)).build();
  }

  static ProcessGroup group(ProcessStep... steps) {
    return ProcessGroup.newBuilder().addAllSteps(List.of(steps)).build();
  }

  static ProcessStep reply(String message) {
    return ProcessStep.newBuilder().setReply(Reply.newBuilder().setMessage(message)).build();
  }

  static ProcessStep forward(String id) {
    return ProcessStep.newBuilder().setForward(Forward.newBuilder().setId(id)).build();
  }

  static ProcessStep fail(String description) {
    return ProcessStep.newBuilder().setFail(Fail.newBuilder().setMessage(description)).build();
  }

  static ProcessStep effect(String id) {
    return ProcessStep.newBuilder().setEffect(SideEffect.newBuilder().setId(id)).build();
  }

  static ProcessStep synchronousEffect(String id) {
    return ProcessStep.newBuilder()
        .setEffect(SideEffect.newBuilder().setId(id).setSynchronous(true))
        .build();
  }

  /** What a response has to consist of, in the making. */
  static final class Answer {
    private final ActionResponse.Builder response = ActionResponse.newBuilder();

    Answer effect(String id) {
      response.addSideEffects(Messages.effect(TWO, "Call", other(id), false));
      return this;
    }

    Answer synchronousEffect(String id) {
      response.addSideEffects(Messages.effect(TWO, "Call", other(id), true));
      return this;
    }
  }

  static Answer replied(String message) {
    var answer = new Answer();
    var reply = Messages.replied(Response.newBuilder().setMessage(message).build()).getReply();
    answer.response.setReply(reply);
    return answer;
  }

  static Answer nothing() {
    return new Answer();
  }

  static Answer forwarded(String id) {
    var answer = new Answer();
    answer.response.setForward(Messages.forwarded(TWO, "Call", other(id)).getForward());
    return answer;
  }

  static Answer failed(String description) {
    var answer = new Answer();
    answer.response.setFailure(Failure.newBuilder().setDescription(description));
    return answer;
  }

  private static OtherRequest other(String id) {
    return OtherRequest.newBuilder().setId(id).build();
  }
}
