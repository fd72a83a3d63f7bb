package io.cloudstate.proxy.ingress.grpc;

import com.linecorp.armeria.common.ExchangeType;
import io.cloudstate.proxy.discovery.ServiceCatalog;
import io.cloudstate.proxy.ingress.calls.CallMetrics;
import io.cloudstate.proxy.ingress.calls.CallTarget;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The methods of one catalog by their path on the wire. Immutable. */
public final class GrpcMethods {

  private final Map<String, CallTarget> byPath;

  private GrpcMethods(Map<String, CallTarget> byPath) {
    this.byPath = byPath;
  }

  public static GrpcMethods of(ServiceCatalog catalog, CallMetrics metrics) {
    var byPath = new HashMap<String, CallTarget>();
    for (var service : catalog.services()) {
      for (var method : service.methods().values()) {
        byPath.put(
            "/" + service.name() + "/" + method.name(), CallTarget.of(service, method, metrics));
      }
    }
    return new GrpcMethods(Map.copyOf(byPath));
  }

  @Nullable CallTarget at(String path) {
    return byPath.get(path);
  }

  /** How the requests and responses of the method at this path come: at once or bit by bit. */
  public ExchangeType exchangeType(String path) {
    var target = byPath.get(path);
    if (target == null) {
      return ExchangeType.UNARY;
    }
    var method = target.method().descriptor();
    return method.isClientStreaming()
        ? ExchangeType.BIDI_STREAMING
        : method.isServerStreaming() ? ExchangeType.RESPONSE_STREAMING : ExchangeType.UNARY;
  }
}
