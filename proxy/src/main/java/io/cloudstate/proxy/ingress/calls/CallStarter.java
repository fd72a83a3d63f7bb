package io.cloudstate.proxy.ingress.calls;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.logging.RequestLogProperty;
import com.linecorp.armeria.common.util.TimeoutMode;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.ingress.calls.CallMetrics.Transport;
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
  private final CallMetrics metrics;
  private final Transport transport;

  /**
   * @param relayTimeout longest time a unary call may take, unless it is of an action and its
   *     client gives it more; the deadline of unary calls that bring none
   * @param maxConcurrentCalls how many may be under way at a time
   */
  public CallStarter(
      Router router, Duration relayTimeout, int maxConcurrentCalls, CallMetrics metrics) {
    this(
        router,
        relayTimeout.toNanos(),
        maxConcurrentCalls,
        new CallLimit(maxConcurrentCalls),
        metrics,
        Transport.GRPC);
  }

  private CallStarter(
      Router router,
      long relayTimeoutNanos,
      int maxConcurrentCalls,
      CallLimit limit,
      CallMetrics metrics,
      Transport transport) {
    this.router = router;
    this.relayTimeoutNanos = relayTimeoutNanos;
    this.maxConcurrentCalls = maxConcurrentCalls;
    this.limit = limit;
    this.metrics = metrics;
    this.transport = transport;
  }

  /** For calls that come like this; within the same limit. */
  public CallStarter over(Transport transport) {
    return new CallStarter(
        router, relayTimeoutNanos, maxConcurrentCalls, limit, metrics, transport);
  }

  /** There is no such method. */
  public void unknown() {
    metrics.unknown(transport);
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
      return refused.apply(refused(target, IngressFailures.timedOut(Duration.ZERO)));
    }
    if (!limit.tryEnter()) {
      return refused.apply(refused(target, IngressFailures.tooManyCalls(maxConcurrentCalls)));
    }
    target.metrics().started(transport);
    return target.method().isUnary()
        ? startUnary(context, request, target, metadata, timeoutNanos, unary)
        : startStreamed(context, request, target, metadata, timeoutNanos, streamed.get());
  }

  private Failure refused(CallTarget target, Failure failure) {
    target.metrics().started(transport);
    target.metrics().failed(transport, failure, 0);
    return failure;
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
    var startedNanos = System.nanoTime();
    var call =
        new UnaryCall(
            router,
            target,
            metadata,
            startedNanos + timeoutNanos,
            format,
            context.eventLoop().withoutContext());
    whenEnded(context, target, call, startedNanos);
    return call.start(request);
  }

  /** An entity answers within the relay timeout; an action within the time its client gives it. */
  private long unaryTimeoutNanos(CallTarget target, long clientTimeoutNanos) {
    return target.isAction() && clientTimeoutNanos != UNLIMITED
        ? clientTimeoutNanos
        : Math.min(clientTimeoutNanos, relayTimeoutNanos);
  }

  /**
   * A stream may be open as long as its client likes. One message has to be here within the relay
   * timeout: nobody holds a call by not sending it.
   */
  private HttpResponse startStreamed(
      ServiceRequestContext context,
      HttpRequest request,
      CallTarget target,
      Metadata metadata,
      long timeoutNanos,
      StreamFormat format) {
    if (target.method().descriptor().isClientStreaming()) {
      context.clearRequestTimeout();
    } else {
      var unused = request.whenComplete().thenRun(context::clearRequestTimeout);
    }
    var startedNanos = System.nanoTime();
    var call =
        new StreamedIngressCall(
            router, target, metadata, timeoutNanos, format, context.eventLoop().withoutContext());
    whenEnded(context, target, call, startedNanos);
    return call.start(request);
  }

  /** However a call ends: answered, refused, timed out, cancelled or cut. */
  private void whenEnded(
      ServiceRequestContext context, CallTarget target, IngressCall call, long startedNanos) {
    var unused =
        context
            .log()
            .whenAvailable(RequestLogProperty.RESPONSE_END_TIME)
            .thenRun(
                () -> {
                  record(context, target, call, System.nanoTime() - startedNanos);
                  call.end();
                  limit.leave();
                });
  }

  private void record(
      ServiceRequestContext context, CallTarget target, IngressCall call, long nanos) {
    var failure = call.failure();
    if (failure != null) {
      target.metrics().failed(transport, failure, nanos);
    } else if (call.isAnswered()) {
      target.metrics().answered(transport, nanos);
    } else if (context.isTimedOut()) {
      target.metrics().failed(transport, IngressFailures.timedOut(Duration.ofNanos(nanos)), nanos);
    } else {
      target.metrics().abandoned(transport, nanos);
    }
  }
}
