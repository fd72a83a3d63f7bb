package io.cloudstate.proxy.ingress.calls;

import com.google.protobuf.ByteString;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.stream.AbortedStreamException;
import io.cloudstate.proxy.call.Abandonment;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Outcome;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.call.StreamedCall;
import io.cloudstate.proxy.call.TraceContext;
import io.cloudstate.proxy.ingress.calls.StreamFormat.ReplyPart;
import io.cloudstate.proxy.router.Router;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call with streamed requests, replies or both. Whatever happens to it happens on its event
 * loop.
 *
 * <p>Requests are read as they are asked for. Replies: a few are requested in advance, and further
 * ones when those have left over the wire.
 *
 * <p>The response's head goes out with the first reply, or the end, and carries its metadata.
 */
final class StreamedIngressCall
    implements IngressCall, RequestSource.Sink, StreamedCall.Listener<Outcome>, Abandonment {

  private static final Logger log = LoggerFactory.getLogger(StreamedIngressCall.class);

  /** How many replies may be on their way to the wire. */
  private static final int REPLIES_IN_ADVANCE = 8;

  private final Router router;
  private final CallTarget target;
  private final Metadata metadata;
  private final @Nullable TraceContext trace;
  private final long timeoutNanos;
  private final long deadlineNanos;
  private final StreamFormat format;
  private final EventLoop eventLoop;
  private final CompletableFuture<HttpResponse> response = new CompletableFuture<>();

  private StreamedCall routed = StreamedCall.ENDED;
  private RequestSource requests = RequestSource.NONE;
  private @Nullable HttpResponseWriter writer; // once the head is out
  private @Nullable ScheduledFuture<?> deadline;
  private Metadata laterMetadata = Metadata.EMPTY;
  private int leavingReplies; // written since replies were last requested
  private boolean awaitsLeaving;
  private volatile @Nullable Failure failure;
  private volatile boolean isOver;
  private volatile @Nullable Runnable whenAbandoned;

  /**
   * @param timeoutNanos how long the client waits; {@link Long#MAX_VALUE}: as long as it takes
   */
  StreamedIngressCall(
      Router router,
      CallTarget target,
      Metadata metadata,
      @Nullable TraceContext trace,
      long timeoutNanos,
      StreamFormat format,
      EventLoop eventLoop) {
    this.router = router;
    this.target = target;
    this.metadata = metadata;
    this.trace = trace;
    this.timeoutNanos = timeoutNanos;
    this.deadlineNanos = deadline(System.nanoTime(), timeoutNanos);
    this.format = format;
    this.eventLoop = eventLoop;
  }

  private static long deadline(long now, long timeoutNanos) {
    return timeoutNanos < Long.MAX_VALUE ? now + timeoutNanos : Call.noDeadline(now);
  }

  HttpResponse start(HttpRequest request) {
    if (timeoutNanos < Long.MAX_VALUE) {
      deadline = eventLoop.schedule(this::onDeadline, timeoutNanos, TimeUnit.NANOSECONDS);
    }
    if (target.method().descriptor().isClientStreaming()) {
      open(Payload.NONE);
      requests = isOver ? RequestSource.NONE : format.source(request, this, eventLoop);
    } else {
      var unused = request.aggregate(eventLoop).handle(this::onOnlyRequest);
    }
    return HttpResponse.of(response);
  }

  @Override
  public boolean isAnswered() {
    return isOver;
  }

  @Override
  public @Nullable Failure failure() {
    return failure;
  }

  @Override
  public void end() {
    onEventLoop(this::onEnd);
  }

  private void onEnd() {
    if (!isOver) {
      over();
      abandon();
      response.cancel(false);
    }
  }

  private void abandon() {
    routed.cancel();
    var action = whenAbandoned;
    if (action != null) {
      action.run();
    }
  }

  @Override
  public boolean getAsBoolean() {
    return isOver;
  }

  @Override
  public void whenAbandoned(Runnable action) {
    whenAbandoned = action;
    if (isOver) {
      action.run();
    }
  }

  private @Nullable Void onOnlyRequest(
      @Nullable AggregatedHttpRequest request, @Nullable Throwable failure) {
    var bad = UnreadableBody.in(failure);
    if (bad != null) {
      fail(bad);
    }
    // On other failures the client went away or the server ended the call: it is answered.
    if (request != null && !isOver) {
      run(() -> onOnlyMessage(format.read(request.content().array())));
    }
    return null;
  }

  private void onOnlyMessage(RequestMessage message) {
    if (message instanceof RequestMessage.Complete complete) {
      open(new Payload(target.method().inputTypeUrl(), complete.bytes()));
    } else if (message instanceof RequestMessage.Unreadable unreadable) {
      fail(unreadable.failure());
    } else {
      throw new AssertionError("unhandled: " + message);
    }
  }

  private void open(Payload payload) {
    var call =
        new Call(
            target.service(),
            target.method().name(),
            payload,
            metadata,
            deadlineNanos,
            this,
            null,
            trace);
    try {
      routed = router.stream(call, this);
      routed.request(REPLIES_IN_ADVANCE);
    } catch (RuntimeException | Error e) {
      onBug(e);
    }
  }

  // --- requests

  @Override
  public void onRequested(int messages) {
    onEventLoop(() -> this.requests.want(messages));
  }

  @Override
  public void onMessage(ByteString message) {
    routed.send(new Payload(target.method().inputTypeUrl(), message));
  }

  @Override
  public void onEndOfInput() {
    routed.halfClose();
  }

  @Override
  public void onBadInput(Failure failure) {
    fail(failure);
  }

  // --- replies

  @Override
  public void onNext(Outcome outcome) {
    onEventLoop(() -> write(outcome));
  }

  @Override
  public void onCompleted() {
    onEventLoop(this::complete);
  }

  @Override
  public void onFailed(Failure failure) {
    onEventLoop(() -> fail(failure));
  }

  private void write(Outcome outcome) {
    if (isOver) {
      return;
    }
    if (outcome instanceof Outcome.Replied replied) {
      write(replied);
    } else if (outcome instanceof Outcome.Completed) {
      if (writer == null) {
        var unused = open(format.head());
      }
    } else {
      throw new AssertionError("unhandled: " + outcome);
    }
  }

  private void write(Outcome.Replied replied) {
    var part = format.reply(replied.payload().value());
    if (part instanceof ReplyPart.Data data) {
      write(replied, data.bytes());
    } else if (part instanceof ReplyPart.Unwritable unwritable) {
      fail(unwritable.failure());
    } else {
      throw new AssertionError("unhandled: " + part);
    }
  }

  private void write(Outcome.Replied replied, HttpData bytes) {
    var head = writer;
    if (head == null) {
      head = open(format.head(replied));
    } else if (!replied.metadata().isEmpty()) {
      laterMetadata = replied.metadata();
    }
    if (head.tryWrite(bytes)) {
      leavingReplies++;
      awaitLeaving(head);
    }
  }

  private HttpResponseWriter open(ResponseHeaders head) {
    var opened = HttpResponse.streaming();
    opened.write(head);
    writer = opened;
    response.complete(opened);
    return opened;
  }

  /** One wait at a time for all replies that have been written by then. */
  private void awaitLeaving(HttpResponseWriter head) {
    if (awaitsLeaving) {
      return;
    }
    awaitsLeaving = true;
    var counted = leavingReplies;
    var unused = head.whenConsumed().thenRun(() -> onEventLoop(() -> onLeft(head, counted)));
  }

  private void onLeft(HttpResponseWriter head, int replies) {
    awaitsLeaving = false;
    leavingReplies -= replies;
    if (!isOver) {
      routed.request(replies);
      if (leavingReplies > 0) {
        awaitLeaving(head);
      }
    }
  }

  private void complete() {
    if (isOver) {
      return;
    }
    over();
    var head = writer;
    if (head == null) {
      response.complete(format.response(new Outcome.Completed()));
    } else {
      end(head, format.end(laterMetadata));
    }
  }

  private void fail(Failure failure) {
    if (isOver) {
      return;
    }
    this.failure = failure;
    over();
    var head = writer;
    if (head == null) {
      response.complete(format.response(new Outcome.Failed(failure)));
    } else {
      var last = format.end(failure);
      if (last == null) {
        head.close(AbortedStreamException.get());
      } else {
        end(head, last);
      }
    }
    abandon();
  }

  private static void end(HttpResponseWriter head, @Nullable HttpObject last) {
    if (last != null) {
      // Not written when the client has just gone away; that news is on its way here.
      var unused = head.tryWrite(last);
    }
    head.close();
  }

  private void over() {
    isOver = true;
    var timer = deadline;
    if (timer != null) {
      timer.cancel(false);
    }
    requests.stop();
  }

  private void onDeadline() {
    fail(IngressFailures.timedOut(Duration.ofNanos(timeoutNanos)));
  }

  /** Always by way of the event loop's queue, which keeps what comes in order in order. */
  private void onEventLoop(Runnable task) {
    try {
      eventLoop.execute(() -> run(task));
    } catch (RejectedExecutionException e) {
      // The event loop has ended, and with it every connection: nobody is left to answer.
      routed.cancel();
    }
  }

  private void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      onBug(e);
    }
  }

  private void onBug(Throwable bug) {
    log.atError()
        .addKeyValue("service", target.service())
        .addKeyValue("method", target.method().name())
        .setCause(bug)
        .log("streamed call failed by a bug");
    routed.cancel();
    fail(IngressFailures.bug());
  }
}
