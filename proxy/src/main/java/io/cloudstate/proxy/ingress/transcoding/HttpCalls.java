package io.cloudstate.proxy.ingress.transcoding;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ShuttingDownException;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.RequestTimeoutException;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.ingress.calls.CallStarter;
import io.cloudstate.proxy.ingress.calls.IngressFailures;
import io.cloudstate.proxy.ingress.grpc.GrpcTimeout;
import io.cloudstate.proxy.ingress.grpc.RequestMetadata;
import io.cloudstate.proxy.ingress.transcoding.RouteTree.Match;
import java.time.Duration;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Takes calls by HTTP and JSON to the router and their outcomes back. Limit, deadline and metadata
 * are those of gRPC; a body may be as large as the largest message.
 */
public final class HttpCalls {

  private static final String OPEN_API = "/openapi.json";
  private static final ResponseHeaders NOT_FOUND = ResponseHeaders.of(HttpStatus.NOT_FOUND);

  private final CallStarter calls;
  private final int maxRequestBytes;
  private final boolean servesOpenApi;

  /**
   * @param calls takes them to the router
   * @param maxRequestBytes largest body accepted
   * @param servesOpenApi whether {@value #OPEN_API} describes all, unless it is a function's own
   */
  public HttpCalls(CallStarter calls, int maxRequestBytes, boolean servesOpenApi) {
    this.calls = calls;
    this.maxRequestBytes = maxRequestBytes;
    this.servesOpenApi = servesOpenApi;
  }

  /** Starts one call, or says that there is none to start; on the request's event loop. */
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request, HttpRoutes routes) {
    var match = routes.find(request.method().name(), context.rawPath());
    if (match instanceof Match.Found<Route> found) {
      return start(context, request, found.route(), found.path());
    }
    if (match instanceof Match.Missed<Route> missed) {
      if (isOpenApi(request, context.rawPath())) {
        return HttpResponse.of(HttpStatus.OK, MediaType.JSON, routes.openApi());
      }
      calls.unknown();
      return missed(request, context.rawPath(), missed.allowed());
    }
    throw new AssertionError("unhandled: " + match);
  }

  private boolean isOpenApi(HttpRequest request, String rawPath) {
    return servesOpenApi && request.method() == HttpMethod.GET && rawPath.equals(OPEN_API);
  }

  private HttpResponse start(
      ServiceRequestContext context, HttpRequest request, Route route, RequestPath path) {
    var headers = request.headers();
    var timeout = headers.get("grpc-timeout");
    long timeoutNanos = timeout == null ? CallStarter.UNLIMITED : GrpcTimeout.nanos(timeout);
    if (timeoutNanos == GrpcTimeout.MALFORMED) {
      return HttpStatuses.response(IngressFailures.badTimeout(String.valueOf(timeout)));
    }
    var problem = RequestMetadata.problem(headers);
    if (problem != null) {
      return HttpStatuses.response(problem);
    }
    context.setMaxRequestLength(maxRequestBytes);
    var unary = new UnaryJson(route, path, context.query(), headers, maxRequestBytes);
    return calls.start(
        context,
        request,
        route.target(),
        RequestMetadata.of(headers),
        timeoutNanos,
        unary,
        () -> new StreamedJson(unary),
        HttpStatuses::response);
  }

  private static HttpResponse missed(
      HttpRequest request, String rawPath, SortedSet<String> allowed) {
    if (allowed.isEmpty()) {
      return HttpResponse.of(NOT_FOUND);
    }
    var all = new TreeSet<>(allowed);
    all.add("OPTIONS");
    if (all.contains("GET")) {
      all.add("HEAD");
    }
    var allow = String.join(", ", all);
    if (request.method().name().equals("OPTIONS")) {
      return HttpResponse.of(ResponseHeaders.of(HttpStatus.NO_CONTENT, "allow", allow));
    }
    var failure =
        new Failure.NotServed(
            "%s %s: method not allowed (expected: %s)"
                .formatted(request.method().name(), rawPath, allow));
    return HttpStatuses.response(HttpStatus.METHOD_NOT_ALLOWED, failure)
        .mapHeaders(headers -> headers.toBuilder().add("allow", allow).build());
  }

  /** The answer to calls that come when no more are taken; clients may repeat them elsewhere. */
  public HttpResponse refuseWhileStopping() {
    return HttpStatuses.response(IngressFailures.stopping());
  }

  /**
   * The answer to a call that the HTTP server ended: its timeout passed, its body is too large, or
   * the server stops. Null leaves the answer to the server.
   */
  public @Nullable HttpResponse onServiceException(ServiceRequestContext context, Throwable cause) {
    if (cause instanceof RequestTimeoutException) {
      return HttpStatuses.response(
          IngressFailures.timedOut(Duration.ofMillis(context.requestTimeoutMillis())));
    }
    if (cause instanceof ShuttingDownException) {
      return refuseWhileStopping();
    }
    if (cause instanceof HttpStatusException status && status.httpStatus().code() == 413) {
      return HttpStatuses.response(IngressFailures.tooLarge(maxRequestBytes));
    }
    return null;
  }
}
