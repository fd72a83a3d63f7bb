package io.cloudstate.proxy.ingress;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.cors.CorsService;
import io.cloudstate.proxy.config.ProxySettings.Cors;
import java.util.function.Function;

/**
 * Lets pages of other sites call (CORS), all protocols alike: answers what browsers ask beforehand,
 * and says in each response what the page may see of it.
 */
final class CrossOrigin {

  private static final String ANY = "*";
  private static final HttpMethod[] METHODS = {
    HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE
  };

  private CrossOrigin() {}

  static Function<? super HttpService, CorsService> decorator(Cors cors) {
    var builder =
        CorsService.builder(cors.allowedOrigins())
            .allowRequestMethods(METHODS)
            .exposeHeaders("grpc-status", "grpc-message")
            .exposeHeaders(cors.exposedHeaders())
            .maxAge(cors.maxAge());
    if (cors.allowedHeaders().contains(ANY)) {
      builder.allowAllRequestHeaders(true);
    } else {
      builder.allowRequestHeaders(cors.allowedHeaders());
    }
    return builder.newDecorator();
  }
}
