package io.cloudstate.proxy.ingress.calls;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import io.cloudstate.proxy.call.Abandonment;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Outcome;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.call.TraceContext;
import io.cloudstate.proxy.router.Router;
import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call with one request message and at most one reply.
 *
 * <p>The first answer counts; later ones, and those that come after the deadline passed or the
 * client went away, are dropped.
 */
final class UnaryCall implements IngressCall, Abandonment {

  private static final Logger log = LoggerFactory.getLogger(UnaryCall.class);

  private final Router router;
  private final CallTarget target;
  private final Metadata metadata;
  private final @Nullable TraceContext trace;
  private final long deadlineNanos;
  private final UnaryFormat format;
  private final EventLoop eventLoop;
  private final CompletableFuture<HttpResponse> response = new CompletableFuture<>();
  private volatile @Nullable Runnable whenAbandoned;
  private volatile @Nullable Failure failure;

  UnaryCall(
      Router router,
      CallTarget target,
      Metadata metadata,
      @Nullable TraceContext trace,
      long deadlineNanos,
      UnaryFormat format,
      EventLoop eventLoop) {
    this.router = router;
    this.target = target;
    this.metadata = metadata;
    this.trace = trace;
    this.deadlineNanos = deadlineNanos;
    this.format = format;
    this.eventLoop = eventLoop;
  }

  HttpResponse start(HttpRequest request) {
    var unused = request.aggregate(eventLoop).handle(this::onRequest);
    return HttpResponse.of(response);
  }

  @Override
  public boolean isAnswered() {
    return response.isDone() && !response.isCancelled();
  }

  @Override
  public @Nullable Failure failure() {
    return failure;
  }

  @Override
  public void end() {
    var isUnanswered = response.cancel(false);
    var action = whenAbandoned;
    if (isUnanswered && action != null) {
      action.run();
    }
  }

  @Override
  public boolean getAsBoolean() {
    return response.isDone();
  }

  @Override
  public void whenAbandoned(Runnable action) {
    whenAbandoned = action;
    if (response.isCancelled()) {
      action.run();
    }
  }

  private @Nullable Void onRequest(
      @Nullable AggregatedHttpRequest request, @Nullable Throwable failure) {
    var bad = UnreadableBody.in(failure);
    if (bad != null) {
      fail(bad);
    }
    // On other failures the client went away or the server ended the call: it is answered.
    if (request != null) {
      try {
        onMessage(format.read(request.content().array()));
      } catch (RuntimeException | Error e) {
        onBug(e);
      }
    }
    return null;
  }

  private void onMessage(RequestMessage message) {
    if (message instanceof RequestMessage.Complete complete) {
      route(complete);
    } else if (message instanceof RequestMessage.Unreadable unreadable) {
      fail(unreadable.failure());
    } else {
      throw new AssertionError("unhandled: " + message);
    }
  }

  private void route(RequestMessage.Complete message) {
    var call =
        new Call(
            target.service(),
            target.method().name(),
            new Payload(target.method().inputTypeUrl(), message.bytes()),
            metadata,
            deadlineNanos,
            this,
            null,
            trace);
    router.route(call, this::onOutcome);
  }

  /** On any thread; building the response and writing it are one task of the event loop. */
  private void onOutcome(Outcome outcome) {
    if (response.isDone()) {
      return;
    }
    if (eventLoop.inEventLoop()) {
      answer(outcome);
      return;
    }
    try {
      eventLoop.execute(() -> answer(outcome));
    } catch (RejectedExecutionException e) {
      // The event loop has ended, and with it every connection: nobody is left to answer.
      response.cancel(false);
    }
  }

  private void answer(Outcome outcome) {
    if (response.isDone()) {
      return;
    }
    try {
      if (outcome instanceof Outcome.Failed failed) {
        failure = failed.failure();
      }
      response.complete(format.response(outcome));
    } catch (RuntimeException | Error e) {
      onBug(e);
    }
  }

  private void onBug(Throwable bug) {
    log.atError()
        .addKeyValue("service", target.service())
        .addKeyValue("method", target.method().name())
        .setCause(bug)
        .log("call failed by a bug");
    fail(IngressFailures.bug());
  }

  private void fail(Failure why) {
    failure = why;
    response.complete(format.response(new Outcome.Failed(why)));
  }
}
