package io.cloudstate.proxy.ingress.grpcweb;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.cloudstate.proxy.ingress.grpc.GrpcCalls;
import io.cloudstate.proxy.ingress.grpc.GrpcMethods;
import org.jspecify.annotations.Nullable;

/**
 * Serves gRPC-Web (spec/ingress.md 5) by way of gRPC. All four shapes of methods work: who streams
 * requests sends them in one body, as far as its client can.
 */
public final class GrpcWebCalls {

  private final GrpcCalls grpc;

  public GrpcWebCalls(GrpcCalls grpc) {
    this.grpc = grpc;
  }

  /** Whether a request is gRPC-Web and not anything else; the other methods take no others. */
  public static boolean isGrpcWeb(RequestHeaders headers) {
    return WebFormat.of(headers) != null;
  }

  /** The length of the largest body that holds one acceptable message, as text. */
  public long maxRequestLength() {
    return (grpc.maxRequestLength() + 2) / 3 * 4;
  }

  /** Starts one call, on the request's event loop. */
  public HttpResponse serve(
      ServiceRequestContext context, HttpRequest request, GrpcMethods methods) {
    var format = formatOf(request.headers());
    var translated = request.withHeaders(translated(request.headers(), format));
    var decoded = format.isRequestText() ? new DecodedRequest(translated) : translated;
    return new WebResponse(grpc.serve(context, decoded, methods), format);
  }

  /** The answer to calls that come when no more are taken; clients may repeat them elsewhere. */
  public HttpResponse refuseWhileStopping(RequestHeaders headers) {
    return new WebResponse(grpc.refuseWhileStopping(), formatOf(headers));
  }

  /** As {@link GrpcCalls#onServiceException}. */
  public @Nullable HttpResponse onServiceException(ServiceRequestContext context, Throwable cause) {
    var response = grpc.onServiceException(context, cause);
    return response == null
        ? null
        : new WebResponse(response, formatOf(context.request().headers()));
  }

  private static WebFormat formatOf(RequestHeaders headers) {
    var format = WebFormat.of(headers);
    if (format == null) {
      throw new IllegalArgumentException("no gRPC-Web: " + headers.get("content-type"));
    }
    return format;
  }

  private static RequestHeaders translated(RequestHeaders headers, WebFormat format) {
    var builder = headers.toBuilder().set("content-type", format.requestType());
    builder.remove("x-grpc-web"); // says what the content type says
    return builder.build();
  }
}
