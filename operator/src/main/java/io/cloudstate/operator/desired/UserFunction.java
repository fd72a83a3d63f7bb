package io.cloudstate.operator.desired;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * The first container of a service and the port on which it serves the proxy: the one named {@code
 * user-port}, or else the first that it declares, or else 8080. Old descriptors declared 8013 and
 * meant the proxy's port; that one is moved to 8080.
 */
record UserFunction(Container container, int port, boolean isMoved) {

  static UserFunction of(Container container) {
    var declared =
        container.getPorts().stream()
            .filter(port -> "user-port".equals(port.getName()))
            .findFirst()
            .or(() -> container.getPorts().stream().findFirst())
            .map(ContainerPort::getContainerPort)
            .orElse(Ports.USER_FUNCTION);
    var isMoved = declared == Ports.HTTP2;
    return new UserFunction(container, isMoved ? Ports.USER_FUNCTION : declared, isMoved);
  }

  String name() {
    return container.getName();
  }

  boolean requestsCpu() {
    var resources = container.getResources();
    return resources != null
        && ((resources.getRequests() != null && resources.getRequests().containsKey("cpu"))
            || (resources.getLimits() != null && resources.getLimits().containsKey("cpu")));
  }

  /**
   * The container as it runs: told its port, and stopped only after the proxy has left its cluster,
   * for which the function has to answer to the end. A pre-stop hook of the user's stays.
   */
  Container rendered() {
    var builder = new ContainerBuilder(container).withEnv(environment());
    if (isMoved) {
      builder
          .editMatchingPort(port -> port.getContainerPort() == Ports.HTTP2)
          .withContainerPort(port)
          .endPort();
    }
    var lifecycle = container.getLifecycle();
    if (lifecycle == null || lifecycle.getPreStop() == null) {
      builder
          .editOrNewLifecycle()
          .withNewPreStop()
          .withNewHttpGet()
          .withPath("/drain")
          .withNewPort(Ports.MANAGEMENT)
          .endHttpGet()
          .endPreStop()
          .endLifecycle();
    }
    return builder.build();
  }

  List<Warning> warnings() {
    return isMoved
        ? List.of(
            new Warning(
                "PortMoved",
                "port 8013 of container %s is the proxy's; the user function is told to serve on 8080 by PORT"
                    .formatted(name())))
        : List.of();
  }

  private ArrayList<EnvVar> environment() {
    var env = new ArrayList<>(container.getEnv());
    env.removeIf(variable -> "PORT".equals(variable.getName()));
    // first, so that the user's own variables can refer to it
    env.add(0, new EnvVarBuilder().withName("PORT").withValue(String.valueOf(port)).build());
    return env;
  }
}
