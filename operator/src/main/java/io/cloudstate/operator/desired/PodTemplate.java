package io.cloudstate.operator.desired;

import io.cloudstate.operator.crd.StatefulServiceSpec;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A pod of a service: the user's containers, the proxy beside them, and what both need (operator.md
 * 15.4). As a native sidecar the proxy is the last init container, so that slow ones before it do
 * not cost it the time it has to join.
 */
record PodTemplate(Identity identity, ProxyContainer proxy, boolean isNative, String configHash) {

  static final String DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container";

  /** By them service meshes leave ports to the proxies. */
  static final List<String> MESH_EXEMPTIONS =
      List.of(
          "traffic.sidecar.istio.io/excludeInboundPorts",
          "traffic.sidecar.istio.io/excludeOutboundPorts",
          "config.linkerd.io/skip-inbound-ports",
          "config.linkerd.io/skip-outbound-ports");

  static final String MESH_EXEMPT_PORTS = Ports.REMOTING + "," + Ports.MANAGEMENT;

  private static final String CONFIG_HASH = "cloudstate.io/config-hash";

  /** As the API server gives it out to pods; it is renewed well before. */
  private static final long TOKEN_SECONDS = 3607;

  private static final int READABLE = 0644;

  PodTemplateSpec rendered() {
    var spec = identity.service().getSpec();
    var given = spec.template().spec();
    return new PodTemplateSpecBuilder()
        .withNewMetadata()
        .withLabels(merged(spec.template().metadata().labels(), identity.labels()))
        .withAnnotations(merged(spec.template().metadata().annotations(), annotations()))
        .endMetadata()
        .withNewSpec()
        .withServiceAccountName(identity.serviceAccount())
        .withAutomountServiceAccountToken(given.automountServiceAccountToken())
        .withTerminationGracePeriodSeconds(given.terminationGracePeriodSeconds())
        .withInitContainers(initContainers(spec))
        .withContainers(containers(spec))
        .withVolumes(volumes(spec))
        .withNodeSelector(given.nodeSelector().isEmpty() ? null : given.nodeSelector())
        .withTolerations(given.tolerations())
        .withAffinity(given.affinity())
        .withTopologySpreadConstraints(spread(spec))
        .withPriorityClassName(given.priorityClassName())
        .withImagePullSecrets(given.imagePullSecrets())
        .withSecurityContext(securityContext(spec))
        .withHostAliases(given.hostAliases())
        .endSpec()
        .build();
  }

  private static Map<String, String> merged(Map<String, String> given, Map<String, String> ours) {
    var merged = new LinkedHashMap<>(given);
    merged.putAll(ours);
    return merged;
  }

  private Map<String, String> annotations() {
    var annotations = new LinkedHashMap<String, String>();
    annotations.put(DEFAULT_CONTAINER, proxy.function().name());
    MESH_EXEMPTIONS.forEach(exemption -> annotations.put(exemption, MESH_EXEMPT_PORTS));
    annotations.put(CONFIG_HASH, configHash);
    return annotations;
  }

  private List<Container> initContainers(StatefulServiceSpec spec) {
    var init = new ArrayList<>(spec.template().spec().initContainers());
    if (isNative) {
      init.add(proxy.rendered(true));
    }
    return init;
  }

  private List<Container> containers(StatefulServiceSpec spec) {
    var containers = new ArrayList<>(spec.containers());
    containers.set(0, proxy.function().rendered());
    if (!isNative) {
      containers.add(proxy.rendered(false));
    }
    return containers;
  }

  private List<Volume> volumes(StatefulServiceSpec spec) {
    var volumes = new ArrayList<>(spec.template().spec().volumes());
    volumes.add(
        new VolumeBuilder()
            .withName(ProxyContainer.TEMPORARY)
            .withNewEmptyDir()
            .endEmptyDir()
            .build());
    volumes.add(token());
    if (!spec.proxy().config().isEmpty()) {
      volumes.add(config());
    }
    volumes.addAll(proxy.store().volumes());
    return volumes;
  }

  /** The service account's token, for the proxy alone: the user function gets none by itself. */
  private static Volume token() {
    return new VolumeBuilder()
        .withName(ProxyContainer.TOKEN)
        .withNewProjected()
        .withDefaultMode(READABLE)
        .addNewSource()
        .withNewServiceAccountToken(null, TOKEN_SECONDS, "token")
        .endSource()
        .addNewSource()
        .withNewConfigMap()
        .withName("kube-root-ca.crt")
        .addNewItem("ca.crt", null, "ca.crt")
        .endConfigMap()
        .endSource()
        .addNewSource()
        .withNewDownwardAPI()
        .addNewItem()
        .withPath("namespace")
        .withNewFieldRef("v1", "metadata.namespace")
        .endItem()
        .endDownwardAPI()
        .endSource()
        .endProjected()
        .build();
  }

  private Volume config() {
    return new VolumeBuilder()
        .withName(ProxyContainer.CONFIG)
        .withNewConfigMap()
        .withName(identity.podsOwn())
        .addNewItem(ProxyContainer.CONFIG_KEY, null, ProxyContainer.CONFIG_KEY)
        .endConfigMap()
        .build();
  }

  private List<TopologySpreadConstraint> spread(StatefulServiceSpec spec) {
    var given = spec.template().spec().topologySpreadConstraints();
    return given != null
        ? given
        : Stream.of("topology.kubernetes.io/zone", "kubernetes.io/hostname")
            .map(this::spreadOver)
            .toList();
  }

  private TopologySpreadConstraint spreadOver(String topologyKey) {
    return new TopologySpreadConstraintBuilder()
        .withMaxSkew(1)
        .withTopologyKey(topologyKey)
        .withWhenUnsatisfiable("ScheduleAnyway")
        .withNewLabelSelector()
        .withMatchLabels(identity.selector())
        .endLabelSelector()
        .build();
  }

  // not "non-root": functions written for the reference may run as root
  private static PodSecurityContext securityContext(StatefulServiceSpec spec) {
    var given = spec.template().spec().securityContext();
    return given != null
        ? given
        : new PodSecurityContextBuilder()
            .withNewSeccompProfile()
            .withType("RuntimeDefault")
            .endSeccompProfile()
            .build();
  }
}
