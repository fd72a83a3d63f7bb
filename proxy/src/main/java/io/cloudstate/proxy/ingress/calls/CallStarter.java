package io.cloudstate.proxy.ingress.calls;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.logging.RequestLogProperty;
import com.linecorp.armeria.common.util.TimeoutMode;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Span;
import io.cloudstate.proxy.call.TraceContext;
import io.cloudstate.proxy.ingress.calls.CallMetrics.Transport;
import io.cloudstate.proxy.router.Router;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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
  private final @Nullable CallTraces traces;
  private final Transport transport;

  /**
   * @param relayTimeout longest time a unary call may take, unless it is of an action and its
   *     client gives it more; the deadline of unary calls that bring none
   * @param maxConcurrentCalls how many may be under way at a time
   * @param traces null if no call is followed
   */
  public CallStarter(
      Router router,
      Duration relayTimeout,
      int maxConcurrentCalls,
      CallMetrics metrics,
      @Nullable CallTraces traces) {
    this(
        router,
        relayTimeout.toNanos(),
        maxConcurrentCalls,
        new CallLimit(maxConcurrentCalls),
        metrics,
        traces,
        Transport.GRPC);
  }

  private CallStarter(
      Router router,
      long relayTimeoutNanos,
      int maxConcurrentCalls,
      CallLimit limit,
      CallMetrics metrics,
      @Nullable CallTraces traces,
      Transport transport) {
    this.router = router;
    this.relayTimeoutNanos = relayTimeoutNanos;
    this.maxConcurrentCalls = maxConcurrentCalls;
    this.limit = limit;
    this.metrics = metrics;
    this.traces = traces;
    this.transport = transport;
  }

  /** For calls that come like this; within the same limit. */
  public CallStarter over(Transport transport) {
    return new CallStarter(
        router, relayTimeoutNanos, maxConcurrentCalls, limit, metrics, traces, transport);
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
      return refused.apply(refused(context, target, IngressFailures.timedOut(Duration.ZERO)));
    }
    if (!limit.tryEnter()) {
      return refused.apply(
          refused(context, target, IngressFailures.tooManyCalls(maxConcurrentCalls)));
    }
    target.metrics().started(transport);
    return target.method().isUnary()
        ? startUnary(context, request, target, metadata, timeoutNanos, unary)
        : startStreamed(context, request, target, metadata, timeoutNanos, streamed.get());
  }

  private Failure refused(ServiceRequestContext context, CallTarget target, Failure failure) {
    target.metrics().started(transport);
    target.metrics().failed(transport, failure, 0);
    var span = begin(context, target);
    if (span != null) {
      span.failed(failure);
    }
    return failure;
  }

  private @Nullable Span begin(ServiceRequestContext context, CallTarget target) {
    return traces == null ? null : traces.begin(target, transport, client(context));
  }

  private static @Nullable TraceContext client(ServiceRequestContext context) {
    var headers = context.request().headers();
    var parent = headers.get(TraceContext.TRACEPARENT);
    return parent == null
        ? null
        : new TraceContext(parent, String.join(",", headers.getAll(TraceContext.TRACESTATE)));
  }

  private static @Nullable TraceContext context(@Nullable Span span) {
    return span == null ? null : span.context();
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
    var span = begin(context, target);
    var call =
        new UnaryCall(
            router,
            target,
            metadata,
            context(span),
            startedNanos + timeoutNanos,
            format,
            context.eventLoop().withoutContext());
    whenEnded(context, target, call, span, startedNanos);
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
    var span = begin(context, target);
    var call =
        new StreamedIngressCall(
            router,
            target,
            metadata,
            context(span),
            timeoutNanos,
            format,
            context.eventLoop().withoutContext());
    whenEnded(context, target, call, span, startedNanos);
    return call.start(request);
  }

  /** However a call ends: answered, refused, timed out, cancelled or cut. */
  private void whenEnded(
      ServiceRequestContext context,
      CallTarget target,
      IngressCall call,
      @Nullable Span span,
      long startedNanos) {
    var unused =
        context
            .log()
            .whenAvailable(RequestLogProperty.RESPONSE_END_TIME)
            .thenRun(
                () -> {
                  record(context, target, call, span, System.nanoTime() - startedNanos);
                  call.end();
                  limit.leave();
                });
  }

  private void record(
      ServiceRequestContext context,
      CallTarget target,
      IngressCall call,
      @Nullable Span span,
      long nanos) {
    var failure = failure(context, call, nanos);
    if (failure != null) {
      target.metrics().failed(transport, failure, nanos);
    } else if (call.isAnswered()) {
      target.metrics().answered(transport, nanos);
    } else {
      target.metrics().abandoned(transport, nanos);
    }
    if (span != null) {
      end(span, call, failure);
    }
  }

  private static @Nullable Failure failure(
      ServiceRequestContext context, IngressCall call, long nanos) {
    var failure = call.failure();
    return failure == null && !call.isAnswered() && context.isTimedOut()
        ? IngressFailures.timedOut(Duration.ofNanos(nanos))
        : failure;
  }

  private static void end(Span span, IngressCall call, @Nullable Failure failure) {
    if (failure != null) {
      span.failed(failure);
    } else if (call.isAnswered()) {
      span.answered();
    } else {
      span.abandoned();
    }
  }
}
