package io.cloudstate.proxy.ingress.grpc;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ShuttingDownException;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.RequestTimeoutException;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.cloudstate.proxy.ingress.calls.CallStarter;
import io.cloudstate.proxy.ingress.calls.IngressFailures;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Takes gRPC calls to the router and their outcomes back. Whatever is wrong with a call ends that
 * call alone, with a status; the connection and its other calls go on.
 */
public final class GrpcCalls {

  private final CallStarter calls;
  private final int maxRequestBytes;

  /**
   * @param calls takes them to the router
   * @param maxRequestBytes largest request message accepted, after decompression
   */
  public GrpcCalls(CallStarter calls, int maxRequestBytes) {
    this.calls = calls;
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
    return (long) maxRequestBytes + FramedMessage.HEADER_BYTES;
  }

  /** Starts one call; for requests that {@link #isGrpc}, on the request's event loop. */
  public HttpResponse serve(
      ServiceRequestContext context, HttpRequest request, GrpcMethods methods) {
    var headers = request.headers();
    var target = methods.at(context.path());
    if (target == null) {
      calls.unknown();
      return GrpcResponses.of(GrpcFailures.unknownMethod(context.path()));
    }
    var encoding = headers.get("grpc-encoding");
    boolean gzip = "gzip".equals(encoding);
    if (encoding != null && !gzip && !encoding.equals("identity")) {
      return GrpcResponses.of(GrpcFailures.unknownEncoding(encoding));
    }
    var timeout = headers.get("grpc-timeout");
    long timeoutNanos = timeout == null ? CallStarter.UNLIMITED : GrpcTimeout.nanos(timeout);
    if (timeoutNanos == GrpcTimeout.MALFORMED) {
      return GrpcResponses.of(IngressFailures.badTimeout(String.valueOf(timeout)));
    }
    var problem = RequestMetadata.problem(headers);
    if (problem != null) {
      return GrpcResponses.of(problem);
    }
    if (target.method().descriptor().isClientStreaming()) {
      context.setMaxRequestLength(0); // the body of a stream has no bound of its own
    }
    var format = new GrpcFormat(gzip, maxRequestBytes);
    return calls.start(
        context,
        request,
        target,
        RequestMetadata.of(headers),
        timeoutNanos,
        format,
        () -> format,
        GrpcResponses::of);
  }

  /** The answer to calls that come when no more are taken; clients may repeat them elsewhere. */
  public HttpResponse refuseWhileStopping() {
    return GrpcResponses.of(IngressFailures.stopping());
  }

  /**
   * The answer to a gRPC call that the HTTP server ended: its timeout passed, its body is over
   * {@link #maxRequestLength}, or the server stops. Null leaves the answer to the server.
   */
  public @Nullable HttpResponse onServiceException(ServiceRequestContext context, Throwable cause) {
    if (cause instanceof RequestTimeoutException) {
      return GrpcResponses.of(
          IngressFailures.timedOut(Duration.ofMillis(context.requestTimeoutMillis())));
    }
    if (cause instanceof ShuttingDownException) {
      return refuseWhileStopping();
    }
    if (cause instanceof HttpStatusException status && status.httpStatus().code() == 413) {
      return GrpcResponses.of(IngressFailures.tooLarge(maxRequestBytes));
    }
    return null;
  }
}
