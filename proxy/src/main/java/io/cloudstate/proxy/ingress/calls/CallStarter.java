package io.cloudstate.proxy.ingress.calls;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.logging.RequestLogProperty;
import com.linecorp.armeria.common.util.TimeoutMode;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.router.Router;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Starts calls of all protocols on their way to the router: within one limit on how many may be
 * under way, each with its deadline, and told when its client has gone.
 */
public final class CallStarter {

  /** The time of clients that say nothing of it. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  private final Router router;
  private final long relayTimeoutNanos;
  private final int maxConcurrentCalls;
  private final CallLimit limit;

  /**
   * @param relayTimeout longest time a unary call may take, unless it is of an action and its
   *     client gives it more; the deadline of unary calls that bring none
   * @param maxConcurrentCalls how many may be under way at a time
   */
  public CallStarter(Router router, Duration relayTimeout, int maxConcurrentCalls) {
    this.router = router;
    this.relayTimeoutNanos = relayTimeout.toNanos();
    this.maxConcurrentCalls = maxConcurrentCalls;
    this.limit = new CallLimit(maxConcurrentCalls);
  }

  /**
   * Starts a call, on the request's event loop.
   *
   * @param timeoutNanos the time its client gives it
   * @param unary of a call with one message and at most one reply
   * @param streamed makes that of any other
   * @param refused answers a call that is not started
   */
  public HttpResponse start(
      ServiceRequestContext context,
      HttpRequest request,
      CallTarget target,
      Metadata metadata,
      long timeoutNanos,
      UnaryFormat unary,
      Supplier<StreamFormat> streamed,
      Function<Failure, HttpResponse> refused) {
    if (timeoutNanos <= 0) {
      return refused.apply(IngressFailures.timedOut(Duration.ZERO));
    }
    if (!limit.tryEnter()) {
      return refused.apply(IngressFailures.tooManyCalls(maxConcurrentCalls));
    }
    return target.method().isUnary()
        ? startUnary(context, request, target, metadata, timeoutNanos, unary)
        : startStreamed(context, request, target, metadata, timeoutNanos, streamed.get());
  }

  private HttpResponse startUnary(
      ServiceRequestContext context,
      HttpRequest request,
      CallTarget target,
      Metadata metadata,
      long clientTimeoutNanos,
      UnaryFormat format) {
    long timeoutNanos = unaryTimeoutNanos(target, clientTimeoutNanos);
    if (timeoutNanos != relayTimeoutNanos) {
      context.setRequestTimeout(TimeoutMode.SET_FROM_START, Duration.ofNanos(timeoutNanos));
    }
    var call =
        new UnaryCall(
            router,
            target,
            metadata,
            System.nanoTime() + timeoutNanos,
            format,
            context.eventLoop().withoutContext());
    whenEnded(context, call::end);
    return call.start(request);
  }

  /** An entity answers within the relay timeout; an action within the time its client gives it. */
  private long unaryTimeoutNanos(CallTarget target, long clientTimeoutNanos) {
    return target.isAction() && clientTimeoutNanos != UNLIMITED
        ? clientTimeoutNanos
        : Math.min(clientTimeoutNanos, relayTimeoutNanos);
  }

  /** A stream may be open as long as its client likes. */
  private HttpResponse startStreamed(
      ServiceRequestContext context,
      HttpRequest request,
      CallTarget target,
      Metadata metadata,
      long timeoutNanos,
      StreamFormat format) {
    context.clearRequestTimeout();
    var call =
        new StreamedIngressCall(
            router, target, metadata, timeoutNanos, format, context.eventLoop().withoutContext());
    whenEnded(context, call::end);
    return call.start(request);
  }

  /** However a call ends: answered, refused, timed out, cancelled or cut. */
  private void whenEnded(ServiceRequestContext context, Runnable end) {
    var unused =
        context
            .log()
            .whenAvailable(RequestLogProperty.RESPONSE_END_TIME)
            .thenRun(
                () -> {
                  end.run();
                  limit.leave();
                });
  }
}
