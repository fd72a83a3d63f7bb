package io.cloudstate.proxy.ingress;

import com.linecorp.armeria.common.ExchangeType;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.RoutingContext;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.cloudstate.proxy.discovery.ServiceCatalog;
import io.cloudstate.proxy.ingress.calls.CallMetrics;
import io.cloudstate.proxy.ingress.documentation.DocumentationPage;
import io.cloudstate.proxy.ingress.grpc.GrpcCalls;
import io.cloudstate.proxy.ingress.grpc.GrpcMethods;
import io.cloudstate.proxy.ingress.grpcweb.GrpcWebCalls;
import io.cloudstate.proxy.ingress.transcoding.HttpCalls;
import io.cloudstate.proxy.ingress.transcoding.HttpRoutes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives each request to the protocol it speaks: probes, gRPC, gRPC-Web; all else is HTTP and JSON.
 * Holds the current catalog's methods behind one volatile field; a request reads it once.
 */
final class Dispatcher implements DocumentationPage.Calls {

  private static final String GRPC_OVER_HTTP_1 =
      "gRPC over HTTP/1.1 (expected: HTTP/2, or gRPC-Web with content-type application/grpc-web)";

  private final GrpcCalls grpc;
  private final GrpcWebCalls grpcWeb;
  private final HttpCalls http;
  private final CallMetrics metrics;
  private final boolean hasForms;
  private volatile Served served =
      Served.of(new ServiceCatalog(List.of(), List.of()), CallMetrics.NONE, false);
  private volatile boolean draining;

  /**
   * @param metrics of the methods that are served
   * @param hasForms whether methods are called by the paths of their forms, too
   */
  Dispatcher(
      GrpcCalls grpc, GrpcWebCalls grpcWeb, HttpCalls http, CallMetrics metrics, boolean hasForms) {
    this.grpc = grpc;
    this.grpcWeb = grpcWeb;
    this.http = http;
    this.metrics = metrics;
    this.hasForms = hasForms;
  }

  void serve(ServiceCatalog catalog) {
    served = Served.of(catalog, metrics, hasForms);
  }

  /** From now on calls are refused and their connections asked to go elsewhere. */
  void drain() {
    draining = true;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
    var headers = request.headers();
    if (NetworkProbe.isIn(headers)) {
      return NetworkProbe.answer(headers);
    }
    var isGrpc = GrpcCalls.isGrpc(headers);
    if (isGrpc && !context.sessionProtocol().isMultiplex()) {
      return HttpResponse.of(
          HttpStatus.HTTP_VERSION_NOT_SUPPORTED, MediaType.PLAIN_TEXT_UTF_8, GRPC_OVER_HTTP_1);
    }
    if (draining) {
      var unused = context.initiateConnectionShutdown();
      return refuseWhileStopping(headers, isGrpc);
    }
    if (isGrpc) {
      return grpc.serve(context, request, served.methods());
    }
    return GrpcWebCalls.isGrpcWeb(headers)
        ? grpcWeb.serve(context, request, served.methods())
        : http.serve(context, request, served.routes());
  }

  private HttpResponse refuseWhileStopping(RequestHeaders headers, boolean isGrpc) {
    if (isGrpc) {
      return grpc.refuseWhileStopping();
    }
    return GrpcWebCalls.isGrpcWeb(headers)
        ? grpcWeb.refuseWhileStopping(headers)
        : http.refuseWhileStopping();
  }

  /** The length of the largest body that may be acceptable to any protocol. */
  long maxRequestLength() {
    return grpcWeb.maxRequestLength();
  }

  @Override
  public boolean take(RequestHeaders headers, String rawPath) {
    return NetworkProbe.isIn(headers)
        || GrpcCalls.isGrpc(headers)
        || GrpcWebCalls.isGrpcWeb(headers)
        || served.routes().know(headers.method().name(), rawPath);
  }

  @Override
  public ExchangeType exchangeType(RoutingContext context) {
    var headers = context.headers();
    if (GrpcCalls.isGrpc(headers) || GrpcWebCalls.isGrpcWeb(headers)) {
      return served.methods().exchangeType(context.path());
    }
    return served.routes().isStream(context.method().name(), context.requestTarget().rawPath())
        ? ExchangeType.RESPONSE_STREAMING
        : ExchangeType.UNARY;
  }

  /** The answer to a call that the HTTP server ended; null leaves it to the server. */
  @Nullable HttpResponse onServiceException(ServiceRequestContext context, Throwable cause) {
    var headers = context.request().headers();
    if (GrpcCalls.isGrpc(headers)) {
      return grpc.onServiceException(context, cause);
    }
    return GrpcWebCalls.isGrpcWeb(headers)
        ? grpcWeb.onServiceException(context, cause)
        : http.onServiceException(context, cause);
  }

  /** What one catalog's methods are called by. */
  private record Served(GrpcMethods methods, HttpRoutes routes) {

    static Served of(ServiceCatalog catalog, CallMetrics metrics, boolean hasForms) {
      return new Served(
          GrpcMethods.of(catalog, metrics),
          hasForms ? HttpRoutes.withForms(catalog, metrics) : HttpRoutes.of(catalog, metrics));
    }
  }
}
