package io.cloudstate.proxy.entity.action;

import io.cloudstate.protocol.Action.ActionCommand;
import io.cloudstate.protocol.Action.ActionResponse;
import io.cloudstate.protocol.ActionProtocolGrpc;
import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.call.Span;
import io.cloudstate.proxy.call.StreamedCall;
import io.cloudstate.proxy.discovery.MethodDefinition;
import io.cloudstate.proxy.entity.EntityMetrics;
import io.cloudstate.proxy.userfunction.UserFunction;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One call to the function with a stream of commands, of responses or of both. Each side takes what
 * the other side has room for: responses are requested from the function as the caller requests
 * replies, and requests from the caller while the function's stream takes messages.
 *
 * <p>The caller's methods and the listener's come on different threads, each one at a time; the few
 * fields they share are volatile or guarded by this. So is what goes out: a call that one side has
 * cancelled takes nothing more from the other.
 */
final class StreamedAction extends ClientCall.Listener<ActionResponse> implements StreamedCall {

  private static final String CANCELLED = "the caller went away or the call has failed";

  /** How many requests the caller may send in advance. Asked for in halves. */
  private static final int ADVANCE = 8;

  private final MethodDefinition method;
  private final Call call;
  private final LongSupplier nanoTime;
  private final EntityMetrics metrics;
  private final @Nullable Span span;
  private final StreamedCall.Listener<Answer> listener;
  private long startedNanos;
  private volatile @Nullable ClientCall<ActionCommand, ActionResponse> outgoing;
  private int asked; // requests that have not come yet; guarded by this
  private volatile boolean hasHalfClosed;
  private volatile boolean isDone; // cancelled, or told its end
  private boolean hasAnswered; // this and the next two: on the transport's thread only
  private boolean hasFailed;
  private @Nullable ActionResponse onlyResponse; // where one is expected

  /**
   * @param nanoTime the clock of {@link Call#deadlineNanos()}
   * @param span of this call to the function; null if it is not followed
   */
  StreamedAction(
      MethodDefinition method,
      Call call,
      LongSupplier nanoTime,
      EntityMetrics metrics,
      @Nullable Span span,
      StreamedCall.Listener<Answer> listener) {
    this.method = method;
    this.call = call;
    this.nanoTime = nanoTime;
    this.metrics = metrics;
    this.span = span;
    this.listener = listener;
  }

  void start(UserFunction userFunction) {
    startedNanos = nanoTime.getAsLong();
    metrics.received();
    var headers = ActionMessages.headers(call, startedNanos);
    var started = userFunction.start(rpc(), headers, this);
    outgoing = started;
    if (isStreamedIn()) {
      started.sendMessage(ActionMessages.openingCommand(call, span));
      ask();
    } else {
      started.sendMessage(ActionMessages.command(call, span));
      started.halfClose();
    }
  }

  private MethodDescriptor<ActionCommand, ActionResponse> rpc() {
    if (!isStreamedOut()) {
      return ActionProtocolGrpc.getHandleStreamedInMethod();
    }
    return isStreamedIn()
        ? ActionProtocolGrpc.getHandleStreamedMethod()
        : ActionProtocolGrpc.getHandleStreamedOutMethod();
  }

  private boolean isStreamedIn() {
    return method.descriptor().isClientStreaming();
  }

  private boolean isStreamedOut() {
    return method.descriptor().isServerStreaming();
  }

  // --- the caller

  @Override
  public void request(int replies) {
    var started = outgoing;
    if (started != null && replies > 0) {
      started.request(replies);
    }
  }

  @Override
  public void send(Payload request) {
    send(ActionMessages.further(request));
  }

  @Override
  public void send(Payload request, io.cloudstate.proxy.call.Metadata metadata) {
    send(ActionMessages.further(request, metadata));
  }

  private void send(ActionCommand command) {
    synchronized (this) {
      if (outgoing == null || isDone || hasHalfClosed) {
        return;
      }
      outgoing.sendMessage(command);
      asked--;
    }
    ask();
  }

  @Override
  public synchronized void halfClose() {
    if (outgoing != null && isStreamedIn() && !isDone && !hasHalfClosed) {
      hasHalfClosed = true;
      outgoing.halfClose();
    }
  }

  @Override
  public synchronized void cancel() {
    if (outgoing != null && !isDone) {
      isDone = true;
      outgoing.cancel(CANCELLED, null);
    }
  }

  private void ask() {
    var started = outgoing;
    if (started == null || isDone || hasHalfClosed || !isStreamedIn() || !started.isReady()) {
      return;
    }
    int missing;
    synchronized (this) {
      missing = ADVANCE - asked;
      if (missing < ADVANCE / 2) {
        return;
      }
      asked = ADVANCE;
    }
    listener.onRequested(missing);
  }

  // --- the function

  @Override
  public void onHeaders(Metadata headers) {
    hasAnswered = true;
  }

  @Override
  public void onReady() {
    ask();
  }

  @Override
  public void onMessage(ActionResponse response) {
    if (isDone) {
      return;
    }
    if (isStreamedOut()) {
      onStreamed(response);
    } else if (onlyResponse != null) {
      fail(ActionFailures.severalResponses());
    } else {
      onlyResponse = response;
      if (!hasHalfClosed) {
        endWith(response);
      }
    }
  }

  private void onStreamed(ActionResponse response) {
    if (ActionMessages.isEmpty(response)) {
      request(1); // nobody gets to see it, and so nobody asks for the next one
      return;
    }
    metrics.streamed();
    var answer = ActionMessages.answer(response);
    listener.onNext(answer);
    if (response.hasFailure()) {
      hasFailed = true;
      endSpan(answer);
      cancel();
    }
  }

  /** The answer ends the call, though requests are still sent (section 1). */
  private void endWith(ActionResponse response) {
    hasFailed = response.hasFailure();
    var answer = ActionMessages.answer(response);
    endSpan(answer);
    listener.onNext(answer);
    listener.onCompleted();
    cancel();
  }

  private void fail(Failure failure) {
    hasFailed = true;
    failSpan(failure);
    cancel();
    listener.onFailed(failure);
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    var isBroken = !isDone && !status.isOk();
    var isRefusal = onlyResponse != null && onlyResponse.hasFailure();
    metrics.completed(hasFailed || isBroken || isRefusal, nanoTime.getAsLong() - startedNanos);
    if (isDone) {
      abandonSpan();
      return;
    }
    isDone = true;
    if (!status.isOk()) {
      var nanosLeft = call.deadlineNanos() - nanoTime.getAsLong();
      var failure = ActionFailures.of(outgoing, status, trailers, hasAnswered, nanosLeft);
      failSpan(failure);
      listener.onFailed(failure);
      return;
    }
    if (onlyResponse != null) {
      var answer = ActionMessages.answer(onlyResponse);
      endSpan(answer);
      listener.onNext(answer);
    } else if (span != null) {
      span.answered();
    }
    listener.onCompleted();
  }

  private void endSpan(Answer answer) {
    if (span != null) {
      span.ended(answer);
    }
  }

  private void failSpan(Failure failure) {
    if (span != null) {
      span.failed(failure);
    }
  }

  /** Its caller has cancelled it, unless it has ended before. */
  private void abandonSpan() {
    if (span != null) {
      span.abandoned();
    }
  }
}
