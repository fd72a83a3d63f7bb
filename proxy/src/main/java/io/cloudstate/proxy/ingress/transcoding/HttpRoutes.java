package io.cloudstate.proxy.ingress.transcoding;

import io.cloudstate.proxy.discovery.ServiceCatalog;
import io.cloudstate.proxy.ingress.calls.CallMetrics;
import io.cloudstate.proxy.ingress.calls.CallTarget;
import io.cloudstate.proxy.ingress.transcoding.RouteTree.Match;
import org.jspecify.annotations.Nullable;

/** The methods of one catalog by their HTTP bindings. Immutable as seen from outside. */
public final class HttpRoutes {

  private final RouteTree<Route> tree;
  private final boolean haveStreams;
  private final ServiceCatalog catalog;
  private volatile @Nullable String openApi; // as soon as somebody has asked for it

  private HttpRoutes(RouteTree<Route> tree, boolean haveStreams, ServiceCatalog catalog) {
    this.tree = tree;
    this.haveStreams = haveStreams;
    this.catalog = catalog;
  }

  public static HttpRoutes of(ServiceCatalog catalog, CallMetrics metrics) {
    return of(catalog, metrics, false);
  }

  /** Every method that sends one reply is called by the path of its form, too. */
  public static HttpRoutes withForms(ServiceCatalog catalog, CallMetrics metrics) {
    return of(catalog, metrics, true);
  }

  private static HttpRoutes of(ServiceCatalog catalog, CallMetrics metrics, boolean withForms) {
    var codec = new JsonCodec(catalog.files());
    var tree = new RouteTree<Route>();
    var haveStreams = false;
    for (var service : catalog.services()) {
      for (var method : service.methodsInOrder()) {
        var target = CallTarget.of(service, method, metrics);
        for (var binding : method.httpBindings()) {
          tree.add(binding, new Route(target, binding, codec));
        }
        if (withForms && MethodForm.isFor(method)) {
          var form = MethodForm.binding(service, method);
          tree.add(form, new Route(target, form, codec));
        }
        haveStreams |= method.descriptor().isServerStreaming();
      }
    }
    return new HttpRoutes(tree, haveStreams, catalog);
  }

  /** What is read by GET may be asked for by HEAD, too. */
  Match<Route> find(String httpMethod, String rawPath) {
    var match = tree.find(httpMethod, rawPath);
    return httpMethod.equals("HEAD") && match instanceof Match.Missed<Route> missed
        ? missed.allowed().contains("GET") ? tree.find("GET", rawPath) : match
        : match;
  }

  /** Whether a function says something of this path, be it that the method is not allowed. */
  public boolean know(String httpMethod, String rawPath) {
    return !(find(httpMethod, rawPath) instanceof Match.Missed<Route> missed)
        || !missed.allowed().isEmpty();
  }

  /** Its description in OpenAPI, as JSON. */
  String openApi() {
    var known = openApi;
    if (known == null) {
      known = OpenApi.of(catalog);
      openApi = known;
    }
    return known;
  }

  /** Whether the replies of the method come bit by bit. */
  public boolean isStream(String httpMethod, String rawPath) {
    return haveStreams
        && find(httpMethod, rawPath) instanceof Match.Found<Route> found
        && found.route().isServerStreaming();
  }
}
