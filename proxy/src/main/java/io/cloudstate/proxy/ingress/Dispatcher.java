package io.cloudstate.proxy.ingress;

import com.linecorp.armeria.common.ExchangeType;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.RoutingContext;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.cloudstate.proxy.discovery.ServiceCatalog;
import io.cloudstate.proxy.ingress.grpc.GrpcCalls;
import io.cloudstate.proxy.ingress.grpc.GrpcMethods;
import io.cloudstate.proxy.ingress.transcoding.HttpCalls;
import io.cloudstate.proxy.ingress.transcoding.HttpRoutes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives each request to the protocol it speaks; what is not gRPC is HTTP and JSON. Holds the
 * current catalog's methods behind one volatile field; a request reads it once.
 */
final class Dispatcher implements HttpService {

  private final GrpcCalls grpc;
  private final HttpCalls http;
  private volatile Served served = Served.of(new ServiceCatalog(List.of(), List.of()));
  private volatile boolean draining;

  Dispatcher(GrpcCalls grpc, HttpCalls http) {
    this.grpc = grpc;
    this.http = http;
  }

  void serve(ServiceCatalog catalog) {
    served = Served.of(catalog);
  }

  /** From now on calls are refused and their connections asked to go elsewhere. */
  void drain() {
    draining = true;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
    var isGrpc = GrpcCalls.isGrpc(request.headers());
    if (draining) {
      var unused = context.initiateConnectionShutdown();
      return isGrpc ? grpc.refuseWhileStopping() : http.refuseWhileStopping();
    }
    return isGrpc
        ? grpc.serve(context, request, served.methods())
        : http.serve(context, request, served.routes());
  }

  @Override
  public ExchangeType exchangeType(RoutingContext context) {
    if (GrpcCalls.isGrpc(context.headers())) {
      return served.methods().exchangeType(context.path());
    }
    return served.routes().isStream(context.method().name(), context.requestTarget().rawPath())
        ? ExchangeType.RESPONSE_STREAMING
        : ExchangeType.UNARY;
  }

  /** The answer to a call that the HTTP server ended; null leaves it to the server. */
  @Nullable HttpResponse onServiceException(ServiceRequestContext context, Throwable cause) {
    return GrpcCalls.isGrpc(context.request().headers())
        ? grpc.onServiceException(context, cause)
        : http.onServiceException(context, cause);
  }

  /** What one catalog's methods are called by. */
  private record Served(GrpcMethods methods, HttpRoutes routes) {

    static Served of(ServiceCatalog catalog) {
      return new Served(GrpcMethods.of(catalog), HttpRoutes.of(catalog));
    }
  }
}
