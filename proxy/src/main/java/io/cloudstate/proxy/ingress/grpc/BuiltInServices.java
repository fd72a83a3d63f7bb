package io.cloudstate.proxy.ingress.grpc;

import com.linecorp.armeria.common.grpc.GrpcSerializationFormats;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.TransientHttpService;
import com.linecorp.armeria.server.grpc.GrpcService;
import io.cloudstate.proxy.discovery.ServiceCatalog;
import java.util.List;
import java.util.Set;

/**
 * The services of the proxy itself: reflection in both versions, and health. Their streams may stay
 * open as long as clients like; a stop does not wait for them.
 */
public final class BuiltInServices {

  private static final int MAX_REQUEST_MESSAGE_BYTES = 64 * 1024;

  private final Health health = new Health();
  private volatile Reflected reflected = Reflected.of(new ServiceCatalog(List.of(), List.of()));

  public void addTo(ServerBuilder server) {
    var services =
        GrpcService.builder()
            .addService(new ReflectionV1Alpha(() -> reflected))
            .addService(new ReflectionV1(() -> reflected))
            .addService(health.service())
            .supportedSerializationFormats(
                GrpcSerializationFormats.PROTO,
                GrpcSerializationFormats.PROTO_WEB,
                GrpcSerializationFormats.PROTO_WEB_TEXT)
            .maxRequestMessageLength(MAX_REQUEST_MESSAGE_BYTES)
            .build();
    server.service(services, TransientHttpService.newDecorator());
  }

  /** Tells of this catalog from now on, on open streams too. */
  public void serve(ServiceCatalog catalog) {
    reflected = Reflected.of(catalog);
    health.serve(Set.copyOf(reflected.services()));
  }

  /** What health says of the proxy and every service. */
  public void setServing(boolean serving) {
    health.setServing(serving);
  }

  /** Health says «not serving» from now on, whatever is set later. */
  public void stop() {
    health.stop();
  }
}
