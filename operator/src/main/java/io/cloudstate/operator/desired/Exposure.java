package io.cloudstate.operator.desired;

import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPortBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How the pods are reached. Ports go by number: before Kubernetes 1.32 neither Services nor network
 * policies find names of ports in native sidecars.
 */
record Exposure(Identity identity, UserFunction function) {

  private static final int SERVICE_PORT = 80;

  HasMetadata service() {
    var given = identity.service().getSpec().service();
    var metadata = identity.metadata(identity.name());
    if (!given.annotations().isEmpty()) {
      metadata.setAnnotations(given.annotations());
    }
    return new ServiceBuilder()
        .withMetadata(metadata)
        .withNewSpec()
        .withType(given.type())
        .withSelector(identity.selector())
        .addNewPort()
        .withName("http2")
        .withPort(SERVICE_PORT)
        .withNewTargetPort(Ports.HTTP2)
        .withProtocol("TCP")
        .withAppProtocol(given.appProtocol())
        .endPort()
        .endSpec()
        .build();
  }

  /**
   * Management can end a node and remoting moves state: both are for nodes of the service alone.
   */
  Optional<HasMetadata> networkPolicy() {
    if (!identity.service().getSpec().networkPolicy().enabled()) {
      return Optional.empty();
    }
    return Optional.of(
        new NetworkPolicyBuilder()
            .withMetadata(identity.metadata(identity.name()))
            .withNewSpec()
            .withPolicyTypes("Ingress")
            .withNewPodSelector()
            .withMatchLabels(identity.selector())
            .endPodSelector()
            .addNewIngress()
            .withPorts(openPorts())
            .endIngress()
            .addNewIngress()
            .addNewFrom()
            .withNewPodSelector()
            .withMatchLabels(identity.selector())
            .endPodSelector()
            .endFrom()
            .withPorts(port(Ports.REMOTING, "TCP"), port(Ports.MANAGEMENT, "TCP"))
            .endIngress()
            .endSpec()
            .build());
  }

  private List<NetworkPolicyPort> openPorts() {
    var ports = new ArrayList<NetworkPolicyPort>();
    ports.add(port(Ports.HTTP2, "TCP"));
    ports.add(port(Ports.METRICS, "TCP"));
    identity.service().getSpec().containers().stream()
        .flatMap(container -> container.getPorts().stream())
        .filter(port -> !isOfTheFunction(port))
        .map(port -> port(port.getContainerPort(), protocol(port)))
        .forEach(ports::add);
    return ports;
  }

  private boolean isOfTheFunction(ContainerPort port) {
    var number = port.getContainerPort();
    return number == function.port() || (function.isMoved() && number == Ports.HTTP2);
  }

  private static String protocol(ContainerPort port) {
    return port.getProtocol() == null ? "TCP" : port.getProtocol();
  }

  private static NetworkPolicyPort port(int number, String protocol) {
    return new NetworkPolicyPortBuilder().withNewPort(number).withProtocol(protocol).build();
  }
}
