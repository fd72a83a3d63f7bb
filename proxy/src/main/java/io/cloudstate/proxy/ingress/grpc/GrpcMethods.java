package io.cloudstate.proxy.ingress.grpc;

import com.linecorp.armeria.common.ExchangeType;
import io.cloudstate.proxy.discovery.EntityType;
import io.cloudstate.proxy.discovery.MethodDefinition;
import io.cloudstate.proxy.discovery.ServiceCatalog;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The methods of one catalog by their path on the wire. Immutable. */
public final class GrpcMethods {

  private final Map<String, Target> byPath;

  private GrpcMethods(Map<String, Target> byPath) {
    this.byPath = byPath;
  }

  public static GrpcMethods of(ServiceCatalog catalog) {
    var byPath = new HashMap<String, Target>();
    for (var service : catalog.services()) {
      for (var method : service.methods().values()) {
        var target = new Target(service.name(), method, service.type() == EntityType.ACTION);
        byPath.put("/" + service.name() + "/" + method.name(), target);
      }
    }
    return new GrpcMethods(Map.copyOf(byPath));
  }

  @Nullable Target at(String path) {
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

  /**
   * Where a call goes.
   *
   * @param isAction whether it is a call of an action, which may take as long as its caller likes
   */
  record Target(String service, MethodDefinition method, boolean isAction) {}
}
