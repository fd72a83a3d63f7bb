package io.cloudstate.proxy.ingress.grpc;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.util.TimeoutMode;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.RequestTimeoutException;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.ingress.grpc.GrpcMethods.Target;
import io.cloudstate.proxy.router.Router;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Takes gRPC calls to the router and their outcomes back. Whatever is wrong with a call ends that
 * call alone, with a status; the connection and its other calls go on.
 */
public final class GrpcCalls {

  private final Router router;
  private final Duration relayTimeout;
  private final int maxRequestBytes;

  /**
   * @param relayTimeout longest time a call may take, and the deadline of calls that bring none
   * @param maxRequestBytes largest request message accepted, after decompression
   */
  public GrpcCalls(Router router, Duration relayTimeout, int maxRequestBytes) {
    this.router = router;
    this.relayTimeout = relayTimeout;
    this.maxRequestBytes = maxRequestBytes;
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
    var failure = refusal(context.path(), headers, target);
    if (failure != null || target == null) {
      return GrpcResponses.of(
          failure != null ? failure : GrpcFailures.unknownMethod(context.path()));
    }
    var metadata = RequestMetadata.of(headers);
    if (metadata instanceof RequestMetadata.Unreadable unreadable) {
      return GrpcResponses.of(unreadable.failure());
    }
    long timeoutNanos = timeoutNanos(headers);
    if (timeoutNanos < relayTimeout.toNanos()) {
      if (timeoutNanos <= 0) {
        return GrpcResponses.of(GrpcFailures.timedOut(Duration.ZERO));
      }
      context.setRequestTimeout(TimeoutMode.SET_FROM_START, Duration.ofNanos(timeoutNanos));
    }
    var call =
        new UnaryCall(
            router,
            target,
            ((RequestMetadata.Complete) metadata).metadata(),
            System.nanoTime() + timeoutNanos,
            "gzip".equals(headers.get("grpc-encoding")),
            maxRequestBytes,
            context.eventLoop().withoutContext());
    return call.start(request);
  }

  private static @Nullable Failure refusal(
      String path, RequestHeaders headers, @Nullable Target target) {
    if (target == null) {
      return GrpcFailures.unknownMethod(path);
    }
    if (!target.method().isUnary()) {
      return GrpcFailures.streaming(path);
    }
    var encoding = headers.get("grpc-encoding");
    if (encoding != null && !encoding.equals("gzip") && !encoding.equals("identity")) {
      return GrpcFailures.unknownEncoding(encoding);
    }
    var timeout = headers.get("grpc-timeout");
    if (timeout != null && GrpcTimeout.nanos(timeout) == GrpcTimeout.MALFORMED) {
      return GrpcFailures.badTimeout(timeout);
    }
    return null;
  }

  private long timeoutNanos(RequestHeaders headers) {
    var timeout = headers.get("grpc-timeout");
    return timeout == null
        ? relayTimeout.toNanos()
        : Math.min(GrpcTimeout.nanos(timeout), relayTimeout.toNanos());
  }

  /** The answer to calls that come when no more are taken; clients may repeat them elsewhere. */
  public HttpResponse refuseWhileStopping() {
    return GrpcResponses.of(GrpcFailures.stopping());
  }

  /**
   * The answer to a gRPC call that the HTTP server ended: its timeout passed, or its body is over
   * {@link #maxRequestLength}. Null leaves the answer to the server.
   */
  public @Nullable HttpResponse onServiceException(ServiceRequestContext context, Throwable cause) {
    if (!isGrpc(context.request().headers())) {
      return null;
    }
    if (cause instanceof RequestTimeoutException) {
      return GrpcResponses.of(
          GrpcFailures.timedOut(Duration.ofMillis(context.requestTimeoutMillis())));
    }
    if (cause instanceof HttpStatusException status && status.httpStatus().code() == 413) {
      return GrpcResponses.of(GrpcFailures.tooLarge(maxRequestBytes));
    }
    return null;
  }
}
