package io.cloudstate.proxy.entity.action;

import io.cloudstate.protocol.Action.ActionCommand;
import io.cloudstate.protocol.Action.ActionResponse;
import io.cloudstate.protocol.ActionProtocolGrpc;
import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Answer.ClientAction;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.userfunction.UserFunction;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One {@code handleUnary}: a command out, at most one response back. */
final class UnaryAction extends ClientCall.Listener<ActionResponse> {

  private final Consumer<Answer> whenDone;
  private @Nullable ActionResponse response;
  private boolean hasSeveral;
  private boolean hasAnswered;
  private volatile @Nullable ClientCall<ActionCommand, ActionResponse> outgoing;

  UnaryAction(Consumer<Answer> whenDone) {
    this.whenDone = whenDone;
  }

  void start(UserFunction userFunction, Call call, long nowNanos) {
    ClientCall<ActionCommand, ActionResponse> outgoing =
        userFunction.start(
            ActionProtocolGrpc.getHandleUnaryMethod(),
            ActionMessages.headers(call, nowNanos),
            this);
    outgoing.request(2); // one is expected; a second shows that the function lies
    outgoing.sendMessage(ActionMessages.command(call));
    outgoing.halfClose();
    call.isAbandoned().whenAbandoned(() -> outgoing.cancel("the caller went away", null));
  }

  @Override
  public void onHeaders(Metadata headers) {
    hasAnswered = true;
  }

  @Override
  public void onMessage(ActionResponse message) {
    hasSeveral = response != null;
    response = message;
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    whenDone.accept(answer(status, trailers));
  }

  private Answer answer(Status status, Metadata trailers) {
    if (!status.isOk()) {
      return Answer.failed(ActionFailures.of(outgoing, status, trailers, hasAnswered));
    }
    if (hasSeveral) {
      return Answer.failed(ActionFailures.severalResponses());
    }
    return response == null
        ? new Answer(new ClientAction.None(), List.of())
        : ActionMessages.answer(response);
  }
}
