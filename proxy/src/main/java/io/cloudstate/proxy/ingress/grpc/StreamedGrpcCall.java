package io.cloudstate.proxy.ingress.grpc;

import com.google.protobuf.ByteString;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import io.cloudstate.proxy.call.Abandonment;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Outcome;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.call.StreamedCall;
import io.cloudstate.proxy.ingress.grpc.GrpcMethods.Target;
import io.cloudstate.proxy.router.Router;
import io.grpc.Status;
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
final class StreamedGrpcCall
    implements RequestReader.Sink, StreamedCall.Listener<Outcome>, Abandonment {

  private static final Logger log = LoggerFactory.getLogger(StreamedGrpcCall.class);

  /** How many replies may be on their way to the wire. */
  private static final int REPLIES_IN_ADVANCE = 8;

  private final Router router;
  private final Target target;
  private final Metadata metadata;
  private final long timeoutNanos;
  private final long deadlineNanos;
  private final boolean gzip;
  private final int maxRequestBytes;
  private final EventLoop eventLoop;
  private final RequestReader requestReader;
  private final CompletableFuture<HttpResponse> response = new CompletableFuture<>();

  private StreamedCall routed = StreamedCall.ENDED;
  private @Nullable HttpResponseWriter writer; // once the head is out
  private @Nullable ScheduledFuture<?> deadline;
  private Metadata laterMetadata = Metadata.EMPTY;
  private int leavingReplies; // written since replies were last requested
  private boolean awaitsLeaving;
  private volatile boolean isOver;
  private volatile @Nullable Runnable whenAbandoned;

  /**
   * @param timeoutNanos how long the client waits; {@link Long#MAX_VALUE}: as long as it takes
   * @param gzip whether the client compresses; then replies are compressed too
   */
  StreamedGrpcCall(
      Router router,
      Target target,
      Metadata metadata,
      long timeoutNanos,
      boolean gzip,
      int maxRequestBytes,
      EventLoop eventLoop) {
    this.router = router;
    this.target = target;
    this.metadata = metadata;
    this.timeoutNanos = timeoutNanos;
    this.deadlineNanos = deadline(System.nanoTime(), timeoutNanos);
    this.gzip = gzip;
    this.maxRequestBytes = maxRequestBytes;
    this.eventLoop = eventLoop;
    this.requestReader = new RequestReader(new RequestFrames(gzip, maxRequestBytes), this);
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
      request.subscribe(requestReader, eventLoop);
    } else {
      var unused = request.aggregate(eventLoop).handle(this::onOnlyRequest);
    }
    return HttpResponse.of(response);
  }

  /** The client has its answer or went away: whoever still works on the call may stop. */
  void end() {
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
      var message = RequestMessage.read(request.content().array(), gzip, maxRequestBytes);
      if (message instanceof RequestMessage.Complete complete) {
        open(new Payload(target.method().inputTypeUrl(), complete.bytes()));
      } else if (message instanceof RequestMessage.Unreadable unreadable) {
        fail(unreadable.failure());
      }
    }
    return null;
  }

  private void open(Payload payload) {
    var call =
        new Call(target.service(), target.method().name(), payload, metadata, deadlineNanos, this);
    try {
      routed = router.stream(call, this);
      routed.request(REPLIES_IN_ADVANCE);
    } catch (RuntimeException | Error e) {
      onBug(e);
    }
  }

  // --- requests

  @Override
  public void onRequested(int requests) {
    onEventLoop(() -> requestReader.want(requests));
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
      var isFirst = writer == null;
      var head = head(isFirst ? replied.metadata() : Metadata.EMPTY);
      if (!isFirst && !replied.metadata().isEmpty()) {
        laterMetadata = replied.metadata();
      }
      var message = replied.payload().value();
      var frame = gzip ? ReplyMessage.gzipped(message) : ReplyMessage.plain(message);
      if (head.tryWrite(HttpData.wrap(frame))) {
        leavingReplies++;
        awaitLeaving(head);
      }
    } else if (outcome instanceof Outcome.Completed) {
      var unused = head(Metadata.EMPTY);
    } else {
      throw new AssertionError("unhandled: " + outcome);
    }
  }

  private HttpResponseWriter head(Metadata first) {
    var known = writer;
    if (known == null) {
      known = HttpResponse.streaming();
      known.write(ReplyHeaders.of(first, gzip));
      writer = known;
      response.complete(known);
    }
    return known;
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
    finish(Status.OK);
  }

  private void fail(Failure failure) {
    if (!isOver) {
      finish(GrpcStatus.of(failure));
      abandon();
    }
  }

  private void finish(Status status) {
    if (isOver) {
      return;
    }
    over();
    var head = writer;
    if (head == null) {
      response.complete(GrpcResponses.status(status));
      return;
    }
    // Not written when the client has just gone away; that news is on its way here.
    var unused =
        head.tryWrite(
            status.isOk() ? ReplyHeaders.trailers(laterMetadata) : GrpcResponses.trailers(status));
    head.close();
  }

  private void over() {
    isOver = true;
    var timer = deadline;
    if (timer != null) {
      timer.cancel(false);
    }
    requestReader.stop();
  }

  private void onDeadline() {
    fail(GrpcFailures.timedOut(Duration.ofNanos(timeoutNanos)));
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
    finish(GrpcStatus.internalError());
  }
}
