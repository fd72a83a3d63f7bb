package io.cloudstate.proxy.ingress;

import com.linecorp.armeria.common.ExchangeType;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.RoutingContext;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.cloudstate.proxy.discovery.ServiceCatalog;
import io.cloudstate.proxy.ingress.grpc.GrpcCalls;
import io.cloudstate.proxy.ingress.grpc.GrpcMethods;
import java.util.List;

/**
 * Gives each request to the protocol it speaks, and what belongs to none a 404 without body. Holds
 * the current catalog's methods behind one volatile field; a request reads it once.
 */
final class Dispatcher implements HttpService {

  private static final ResponseHeaders NOT_FOUND = ResponseHeaders.of(HttpStatus.NOT_FOUND);

  private final GrpcCalls grpc;
  private volatile GrpcMethods methods = GrpcMethods.of(new ServiceCatalog(List.of(), List.of()));
  private volatile boolean draining;

  Dispatcher(GrpcCalls grpc) {
    this.grpc = grpc;
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
    if (!GrpcCalls.isGrpc(request.headers())) {
      return HttpResponse.of(NOT_FOUND);
    }
    if (draining) {
      var unused = context.initiateConnectionShutdown();
      return grpc.refuseWhileStopping();
    }
    return grpc.serve(context, request, methods);
  }

  @Override
  public ExchangeType exchangeType(RoutingContext context) {
    return methods.exchangeType(context.path());
  }
}
