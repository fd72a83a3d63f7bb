package io.cloudstate.proxy.entity.action;

import io.cloudstate.protocol.Action.ActionCommand;
import io.cloudstate.protocol.Action.ActionResponse;
import io.cloudstate.protocol.ActionProtocolGrpc;
import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Answer.ClientAction;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Span;
import io.cloudstate.proxy.entity.EntityMetrics;
import io.cloudstate.proxy.userfunction.UserFunction;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** One {@code handleUnary}: a command out, at most one response back. */
final class UnaryAction extends ClientCall.Listener<ActionResponse> {

  private final Call call;
  private final LongSupplier nanoTime;
  private final EntityMetrics metrics;
  private final @Nullable Span span;
  private final Consumer<Answer> whenDone;
  private long startedNanos;
  private @Nullable ActionResponse response;
  private boolean hasSeveral;
  private boolean hasAnswered;
  private volatile @Nullable ClientCall<ActionCommand, ActionResponse> outgoing;

  /**
   * @param nanoTime the clock of {@link Call#deadlineNanos()}
   * @param span of this call to the function; null if it is not followed
   */
  UnaryAction(
      Call call,
      LongSupplier nanoTime,
      EntityMetrics metrics,
      @Nullable Span span,
      Consumer<Answer> whenDone) {
    this.call = call;
    this.nanoTime = nanoTime;
    this.metrics = metrics;
    this.span = span;
    this.whenDone = whenDone;
  }

  void start(UserFunction userFunction) {
    startedNanos = nanoTime.getAsLong();
    metrics.received();
    var started =
        userFunction.start(
            ActionProtocolGrpc.getHandleUnaryMethod(),
            ActionMessages.headers(call, startedNanos),
            this);
    outgoing = started;
    started.request(2); // one is expected; a second shows that the function lies
    started.sendMessage(ActionMessages.command(call, span));
    started.halfClose();
    call.isAbandoned().whenAbandoned(() -> started.cancel("the caller went away", null));
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
    var answer = answer(status, trailers);
    metrics.completed(
        answer.action() instanceof ClientAction.Fail, nanoTime.getAsLong() - startedNanos);
    if (span != null) {
      span.ended(answer);
    }
    whenDone.accept(answer);
  }

  private Answer answer(Status status, Metadata trailers) {
    if (!status.isOk()) {
      var nanosLeft = call.deadlineNanos() - nanoTime.getAsLong();
      return Answer.failed(ActionFailures.of(outgoing, status, trailers, hasAnswered, nanosLeft));
    }
    if (hasSeveral) {
      return Answer.failed(ActionFailures.severalResponses());
    }
    return response == null
        ? new Answer(new ClientAction.None(), List.of())
        : ActionMessages.answer(response);
  }
}
