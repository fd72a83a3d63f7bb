package io.cloudstate.proxy.ingress.grpc;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ShuttingDownException;
import com.linecorp.armeria.common.logging.RequestLogProperty;
import com.linecorp.armeria.common.util.TimeoutMode;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.RequestTimeoutException;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.cloudstate.proxy.router.Router;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Takes gRPC calls to the router and their outcomes back. Whatever is wrong with a call ends that
 * call alone, with a status; the connection and its other calls go on.
 */
public final class GrpcCalls {

  /** The time of clients that say nothing of it. */
  private static final long UNLIMITED = Long.MAX_VALUE;

  private final Router router;
  private final long relayTimeoutNanos;
  private final int maxRequestBytes;
  private final int maxConcurrentCalls;
  private final CallLimit limit;

  /**
   * @param relayTimeout longest time a unary call may take, unless it is of an action and its
   *     client gives it more; the deadline of unary calls that bring none
   * @param maxRequestBytes largest request message accepted, after decompression
   * @param maxConcurrentCalls how many may be under way at a time
   */
  public GrpcCalls(
      Router router, Duration relayTimeout, int maxRequestBytes, int maxConcurrentCalls) {
    this.router = router;
    this.relayTimeoutNanos = relayTimeout.toNanos();
    this.maxRequestBytes = maxRequestBytes;
    this.maxConcurrentCalls = maxConcurrentCalls;
    this.limit = new CallLimit(maxConcurrentCalls);
  }

  public static boolean isGrpc(RequestHeaders headers) {
    var contentType = headers.get("content-type");
    return headers.method() == HttpMethod.POST
        && contentType != null
        && (contentType.equals("application/grpc")
            || contentType.equals("application/grpc+proto")
            || contentType.startsWith("application/grpc;"));
  }

  /** The length of the largest body that holds one acceptable message. */
  public long maxRequestLength() {
    return (long) maxRequestBytes + RequestMessage.FRAME_HEADER_BYTES;
  }

  /** Starts one call; for requests that {@link #isGrpc}, on the request's event loop. */
  public HttpResponse serve(
      ServiceRequestContext context, HttpRequest request, GrpcMethods methods) {
    var headers = request.headers();
    var target = methods.at(context.path());
    if (target == null) {
      return GrpcResponses.of(GrpcFailures.unknownMethod(context.path()));
    }
    var encoding = headers.get("grpc-encoding");
    boolean gzip = "gzip".equals(encoding);
    if (encoding != null && !gzip && !encoding.equals("identity")) {
      return GrpcResponses.of(GrpcFailures.unknownEncoding(encoding));
    }
    var timeout = headers.get("grpc-timeout");
    long timeoutNanos = timeout == null ? UNLIMITED : GrpcTimeout.nanos(timeout);
    if (timeoutNanos == GrpcTimeout.MALFORMED) {
      return GrpcResponses.of(GrpcFailures.badTimeout(String.valueOf(timeout)));
    }
    var problem = RequestMetadata.problem(headers);
    if (problem != null) {
      return GrpcResponses.of(problem);
    }
    if (timeoutNanos <= 0) {
      return GrpcResponses.of(GrpcFailures.timedOut(Duration.ZERO));
    }
    if (!limit.tryEnter()) {
      return GrpcResponses.of(GrpcFailures.tooManyCalls(maxConcurrentCalls));
    }
    return target.method().isUnary()
        ? serveUnary(context, request, target, gzip, timeoutNanos)
        : serveStreamed(context, request, target, gzip, timeoutNanos);
  }

  private HttpResponse serveUnary(
      ServiceRequestContext context,
      HttpRequest request,
      GrpcMethods.Target target,
      boolean gzip,
      long clientTimeoutNanos) {
    long timeoutNanos = unaryTimeoutNanos(target, clientTimeoutNanos);
    if (timeoutNanos != relayTimeoutNanos) {
      context.setRequestTimeout(TimeoutMode.SET_FROM_START, Duration.ofNanos(timeoutNanos));
    }
    var call =
        new UnaryCall(
            router,
            target,
            RequestMetadata.of(request.headers()),
            System.nanoTime() + timeoutNanos,
            gzip,
            maxRequestBytes,
            context.eventLoop().withoutContext());
    whenEnded(context, call::end);
    return call.start(request);
  }

  /** An entity answers within the relay timeout; an action within the time its client gives it. */
  private long unaryTimeoutNanos(GrpcMethods.Target target, long clientTimeoutNanos) {
    return target.isAction() && clientTimeoutNanos != UNLIMITED
        ? clientTimeoutNanos
        : Math.min(clientTimeoutNanos, relayTimeoutNanos);
  }

  /** A stream may be open as long as its client likes, and its body has no bound of its own. */
  private HttpResponse serveStreamed(
      ServiceRequestContext context,
      HttpRequest request,
      GrpcMethods.Target target,
      boolean gzip,
      long timeoutNanos) {
    context.clearRequestTimeout();
    if (target.method().descriptor().isClientStreaming()) {
      context.setMaxRequestLength(0);
    }
    var call =
        new StreamedGrpcCall(
            router,
            target,
            RequestMetadata.of(request.headers()),
            timeoutNanos,
            gzip,
            maxRequestBytes,
            context.eventLoop().withoutContext());
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

  /** The answer to calls that come when no more are taken; clients may repeat them elsewhere. */
  public HttpResponse refuseWhileStopping() {
    return GrpcResponses.of(GrpcFailures.stopping());
  }

  /**
   * The answer to a gRPC call that the HTTP server ended: its timeout passed, its body is over
   * {@link #maxRequestLength}, or the server stops. Null leaves the answer to the server.
   */
  public @Nullable HttpResponse onServiceException(ServiceRequestContext context, Throwable cause) {
    if (!isGrpc(context.request().headers())) {
      return null;
    }
    if (cause instanceof RequestTimeoutException) {
      return GrpcResponses.of(
          GrpcFailures.timedOut(Duration.ofMillis(context.requestTimeoutMillis())));
    }
    if (cause instanceof ShuttingDownException) {
      return refuseWhileStopping();
    }
    if (cause instanceof HttpStatusException status && status.httpStatus().code() == 413) {
      return GrpcResponses.of(GrpcFailures.tooLarge(maxRequestBytes));
    }
    return null;
  }
}
