package io.cloudstate.proxy.ingress.documentation;

import com.linecorp.armeria.common.ExchangeType;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.RoutePathType;
import com.linecorp.armeria.server.RoutingContext;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.docs.DocService;
import com.linecorp.armeria.server.docs.DocServiceFilter;
import io.cloudstate.proxy.discovery.ServiceCatalog;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Armeria's documentation page, of the current catalog. It describes a server's services once and
 * for all; so there is a new one for each catalog, made when somebody first asks for it. What a
 * function serves at the same paths comes first.
 */
public final class DocumentationPage implements HttpService {

  /** Where the page is. */
  public static final String PATH = "/docs";

  /** Where all that belongs to it is. */
  public static final String BELOW = PATH + "/";

  /** The page asks for a font of another host; browsers are to load nothing from elsewhere. */
  private static final String ONLY_FROM_HERE =
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
          + " font-src 'self' data:; worker-src 'self' blob:; frame-ancestors 'none'";

  /** Those who answer calls, those of the page's forms too. */
  public interface Calls extends HttpService {

    /** Whether a request is a call; all others are about the page. */
    boolean take(RequestHeaders headers, String rawPath);
  }

  private final Calls calls;
  private volatile ServiceCatalog catalog = new ServiceCatalog(List.of(), List.of());
  private @Nullable ServiceConfig config; // as soon as there is a server
  private volatile @Nullable DocService page; // as soon as somebody has asked for it

  public DocumentationPage(Calls calls) {
    this.calls = calls;
  }

  /** Describes this catalog from now on. */
  public synchronized void serve(ServiceCatalog catalog) {
    this.catalog = catalog;
    this.page = null;
  }

  ServiceCatalog catalog() {
    return catalog;
  }

  @Override
  public synchronized void serviceAdded(ServiceConfig added) {
    if (added.route().pathType() == RoutePathType.PREFIX) {
      config = added;
    }
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
    if (calls.take(request.headers(), context.rawPath())) {
      return calls.serve(context, request);
    }
    if (context.path().equals(PATH)) {
      return HttpResponse.ofRedirect(BELOW);
    }
    return HttpResponse.of(() -> file(context, request), context.blockingTaskExecutor())
        .mapHeaders(
            headers -> headers.toBuilder().set("content-security-policy", ONLY_FROM_HERE).build());
  }

  private HttpResponse file(ServiceRequestContext context, HttpRequest request) {
    try {
      // Armeria 1.36 keeps a file for all clients as the first one wanted it; so they want the
      // same.
      var zipped = request.mapHeaders(h -> h.toBuilder().set("accept-encoding", "gzip").build());
      context.updateRequest(zipped);
      return page().serve(context, zipped);
    } catch (Exception e) {
      return HttpResponse.ofFailure(e);
    }
  }

  private synchronized DocService page() throws Exception {
    var known = page;
    if (known == null) {
      known =
          DocService.builder()
              .include(DocServiceFilter.ofPluginName(CatalogDocServicePlugin.NAME))
              .webAppTitle("Services of the user function")
              .build();
      page = known;
      known.serviceAdded(config);
    }
    return known;
  }

  /** A page looks for itself in the configuration of its server. */
  @Override
  public <T> @Nullable T as(Class<T> type) {
    var known = page;
    return type.isInstance(known) ? type.cast(known) : HttpService.super.as(type);
  }

  @Override
  public ExchangeType exchangeType(RoutingContext context) {
    return calls.take(context.headers(), context.requestTarget().rawPath())
        ? calls.exchangeType(context)
        : ExchangeType.RESPONSE_STREAMING;
  }
}
