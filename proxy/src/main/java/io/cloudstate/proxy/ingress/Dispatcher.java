package io.cloudstate.proxy.ingress;

import com.linecorp.armeria.common.ExchangeType;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.RoutingContext;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.cloudstate.proxy.discovery.ServiceCatalog;
import io.cloudstate.proxy.ingress.grpc.GrpcCalls;
import io.cloudstate.proxy.ingress.grpc.GrpcMethods;
import io.cloudstate.proxy.ingress.grpcweb.GrpcWebCalls;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives each request to the protocol it speaks, and what belongs to none a 404 without body. Holds
 * the current catalog's methods behind one volatile field; a request reads it once.
 */
final class Dispatcher implements HttpService {

  private static final ResponseHeaders NOT_FOUND = ResponseHeaders.of(HttpStatus.NOT_FOUND);
  private static final String GRPC_OVER_HTTP_1 =
      "gRPC over HTTP/1.1 (expected: HTTP/2, or gRPC-Web with content-type application/grpc-web)";

  private final GrpcCalls grpc;
  private final GrpcWebCalls grpcWeb;
  private volatile GrpcMethods methods = GrpcMethods.of(new ServiceCatalog(List.of(), List.of()));
  private volatile boolean draining;

  Dispatcher(GrpcCalls grpc) {
    this.grpc = grpc;
    this.grpcWeb = new GrpcWebCalls(grpc);
  }

  void serve(ServiceCatalog catalog) {
    methods = GrpcMethods.of(catalog);
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
    if (GrpcCalls.isGrpc(headers)) {
      return context.sessionProtocol().isMultiplex()
          ? serveGrpc(context, request)
          : HttpResponse.of(
              HttpStatus.HTTP_VERSION_NOT_SUPPORTED, MediaType.PLAIN_TEXT_UTF_8, GRPC_OVER_HTTP_1);
    }
    if (GrpcWebCalls.isGrpcWeb(headers)) {
      return serveGrpcWeb(context, request);
    }
    return HttpResponse.of(NOT_FOUND);
  }

  private HttpResponse serveGrpc(ServiceRequestContext context, HttpRequest request) {
    if (draining) {
      var unused = context.initiateConnectionShutdown();
      return grpc.refuseWhileStopping();
    }
    return grpc.serve(context, request, methods);
  }

  private HttpResponse serveGrpcWeb(ServiceRequestContext context, HttpRequest request) {
    if (draining) {
      var unused = context.initiateConnectionShutdown();
      return grpcWeb.refuseWhileStopping(request.headers());
    }
    return grpcWeb.serve(context, request, methods);
  }

  /** The length of the largest body that may be acceptable. */
  long maxRequestLength() {
    return grpcWeb.maxRequestLength();
  }

  /** The answer to a request that the HTTP server ended; null leaves it to the server. */
  @Nullable HttpResponse onServiceException(ServiceRequestContext context, Throwable cause) {
    var response = grpc.onServiceException(context, cause);
    return response == null ? grpcWeb.onServiceException(context, cause) : response;
  }

  @Override
  public ExchangeType exchangeType(RoutingContext context) {
    return methods.exchangeType(context.path());
  }
}
