package io.cloudstate.tck.suite.proxy;

import com.google.protobuf.Message;
import io.cloudstate.protocol.Action.ActionCommand;
import io.cloudstate.protocol.Action.ActionResponse;
import io.cloudstate.protocol.EntityOuterClass.Entity;
import io.cloudstate.protocol.EntityOuterClass.SideEffect;
import io.cloudstate.tck.driver.FunctionCall;
import io.cloudstate.tck.driver.FunctionRpcs;
import io.cloudstate.tck.driver.Messages;
import io.cloudstate.tck.driver.Rpc;
import io.cloudstate.tck.driver.Text;
import io.cloudstate.tck.model.Action.Fail;
import io.cloudstate.tck.model.Action.Forward;
import io.cloudstate.tck.model.Action.OtherRequest;
import io.cloudstate.tck.model.Action.ProcessGroup;
import io.cloudstate.tck.model.Action.ProcessStep;
import io.cloudstate.tck.model.Action.Reply;
import io.cloudstate.tck.model.Action.Request;
import io.cloudstate.tck.model.Action.Response;
import io.cloudstate.tck.rule.Mismatch;
import java.util.List;

/**
 * The model of actions: its messages, and the calls of it at the function, whose metadata rules
 * other than those about metadata do not look at.
 */
final class ActionModel {

  static final String MODEL = "cloudstate.tck.model.action.ActionTckModel";
  static final String TWO = "cloudstate.tck.model.action.ActionTwo";

  static final Rpc<Request, Response> UNARY = rpc("ProcessUnary");
  static final Rpc<Request, Response> STREAMED_IN = rpc("ProcessStreamedIn");
  static final Rpc<Request, Response> STREAMED_OUT = rpc("ProcessStreamedOut");
  static final Rpc<Request, Response> STREAMED = rpc("ProcessStreamed");

  static final List<Entity> ENTITIES =
      List.of(
          Protocol.entity(Protocol.ACTION, MODEL, ""), Protocol.entity(Protocol.ACTION, TWO, ""));

  private ActionModel() {}

  /** A unary call of the model at the function, with this request. */
  static FunctionCall<ActionCommand, ActionResponse> expectUnary(
      ProxyStage stage, Request request) {
    var call = stage.function().expectCall(FunctionRpcs.UNARY_ACTION);
    expect(call, command(MODEL, UNARY.method(), request));
    call.expectCompletion();
    return call;
  }

  /** A call of the second service, for a forward or side effect. */
  static FunctionCall<ActionCommand, ActionResponse> expectTwo(ProxyStage stage, String id) {
    var call = stage.function().expectCall(FunctionRpcs.UNARY_ACTION);
    expect(call, command(TWO, "Call", other(id)));
    call.expectCompletion();
    return call;
  }

  /** The next message, which must be this in all but metadata. */
  static void expect(FunctionCall<ActionCommand, ActionResponse> call, ActionCommand command) {
    var came = call.next().toBuilder().clearMetadata().build();
    if (!came.equals(command)) {
      throw new Mismatch("what comes on " + call.label(), Text.of(command), Text.of(came));
    }
  }

  /** The function's only response. */
  static void answer(
      FunctionCall<ActionCommand, ActionResponse> call, ActionResponse.Builder response) {
    call.send(response.build());
    call.complete();
  }

  static ActionCommand command(String service, String method, Message payload) {
    return opening(service, method).toBuilder().setPayload(Messages.any(payload)).build();
  }

  static ActionCommand opening(String service, String method) {
    return ActionCommand.newBuilder().setServiceName(service).setName(method).build();
  }

  static ActionCommand following(Message payload) {
    return ActionCommand.newBuilder().setPayload(Messages.any(payload)).build();
  }

  static ActionResponse.Builder replied(String text) {
    return ActionResponse.newBuilder().setReply(Messages.replied(response(text)).getReply());
  }

  static ActionResponse.Builder failed(String text) {
    return ActionResponse.newBuilder().setFailure(Messages.failed(0, text, false).getFailure());
  }

  static ActionResponse.Builder forwarded(String id) {
    return ActionResponse.newBuilder()
        .setForward(Messages.forwarded(TWO, "Call", other(id)).getForward());
  }

  static SideEffect effectOnTwo(String id, boolean synchronous) {
    return Messages.effect(TWO, "Call", other(id), synchronous);
  }

  /** One group of one step for each. */
  static Request request(ProcessStep... groups) {
    var request = Request.newBuilder();
    for (var step : groups) {
      request.addGroups(ProcessGroup.newBuilder().addSteps(step));
    }
    return request.build();
  }

  static ProcessStep reply(String text) {
    return ProcessStep.newBuilder().setReply(Reply.newBuilder().setMessage(text)).build();
  }

  static ProcessStep forward(String id) {
    return ProcessStep.newBuilder().setForward(Forward.newBuilder().setId(id)).build();
  }

  static ProcessStep fail(String text) {
    return ProcessStep.newBuilder().setFail(Fail.newBuilder().setMessage(text)).build();
  }

  static ProcessStep effect(String id) {
    return ProcessStep.newBuilder()
        .setEffect(io.cloudstate.tck.model.Action.SideEffect.newBuilder().setId(id))
        .build();
  }

  static OtherRequest other(String id) {
    return OtherRequest.newBuilder().setId(id).build();
  }

  static Response response(String text) {
    return Response.newBuilder().setMessage(text).build();
  }

  private static Rpc<Request, Response> rpc(String method) {
    return new Rpc<>(MODEL, method, Request.getDefaultInstance(), Response.getDefaultInstance());
  }
}
