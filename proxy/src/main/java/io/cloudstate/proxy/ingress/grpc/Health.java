package io.cloudstate.proxy.ingress.grpc;

import io.grpc.BindableService;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.util.Set;

/** One answer for the proxy as a whole ({@code ""}) and for each service of the catalog. */
final class Health {

  private final HealthStatusManager manager = new HealthStatusManager();
  private Set<String> services = Set.of();
  private ServingStatus status = ServingStatus.SERVING;
  private boolean stopped;

  BindableService service() {
    return manager.getHealthService();
  }

  /** Other services than these are unknown from now on. */
  synchronized void serve(Set<String> names) {
    services.stream().filter(name -> !names.contains(name)).forEach(manager::clearStatus);
    services = Set.copyOf(names);
    publish();
  }

  synchronized void setServing(boolean serving) {
    status = serving ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    publish();
  }

  /** Not serving, for good. */
  synchronized void stop() {
    if (!stopped) {
      stopped = true;
      manager.enterTerminalState();
    }
  }

  private void publish() {
    manager.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status);
    services.forEach(name -> manager.setStatus(name, status));
  }
}
