package io.cloudstate.operator.desired;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.cloudstate.operator.crd.StatefulServiceSpec.Proxy;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The container of the proxy, by the pod contract (operator.md 15.4).
 *
 * @param contactPoints how many nodes have to find each other, from wherever that is known
 */
record ProxyContainer(
    Identity identity,
    String image,
    UserFunction function,
    StoreAccess store,
    EnvVar contactPoints) {

  static final String NAME = "cloudstate-sidecar";
  static final String TEMPORARY = "cloudstate-tmp";
  static final String TOKEN = "cloudstate-token";
  static final String CONFIG = "cloudstate-config";

  /** Keys of the ConfigMap that the proxy reads. */
  static final String CONTACT_POINTS_KEY = "required-contact-points";

  static final String CONFIG_KEY = "proxy.conf";

  private static final String CONTACT_POINTS = "REQUIRED_CONTACT_POINT_NR";

  /** How long calls still come after the pod is no endpoint any more. */
  private static final String SHUTDOWN_DELAY = "5s";

  /** As in the proxy's {@code jvm.options}; two collectors would keep the JVM from starting. */
  private static final String COLLECTOR = "-XX:+UseParallelGC";

  private static final String CONFIG_DIRECTORY = "/etc/cloudstate";

  private static final Set<String> OWN_VARIABLES =
      Set.of(
          "CLOUDSTATE_STORE",
          "CLUSTER_FORMATION",
          "HTTP_PORT",
          "JAVA_TOOL_OPTIONS",
          "LOG_LEVEL",
          "LOG_FORMAT",
          "MANAGEMENT_HOST",
          "MANAGEMENT_PORT",
          "REMOTING_HOST",
          "REMOTING_PORT",
          CONTACT_POINTS,
          "SELECTOR_LABEL",
          "SELECTOR_LABEL_VALUE",
          "SHUTDOWN_DELAY",
          "USER_FUNCTION_HOST",
          "USER_FUNCTION_PORT");

  /** From the service's ConfigMap, so that another number of pods restarts none. */
  static EnvVar contactPointsOf(Identity identity) {
    return Env.ofConfigMap(CONTACT_POINTS, identity.podsOwn(), CONTACT_POINTS_KEY);
  }

  /** As they are when the pod is made. */
  static EnvVar contactPointsOf(Size size) {
    return Env.of(CONTACT_POINTS, size.requiredContactPoints());
  }

  /** Whether a variable says what the operator says, or would say with another store. */
  static boolean isOwnVariable(String name) {
    return OWN_VARIABLES.contains(name) || name.startsWith("POSTGRES_");
  }

  /** Settings as a file that the proxy reads; values are texts, whatever they hold. */
  static String configFile(Map<String, String> config) {
    return new TreeMap<>(config)
        .entrySet().stream()
            .map(entry -> entry.getKey() + " = \"" + quoted(entry.getValue()) + "\"\n")
            .collect(Collectors.joining());
  }

  private static String quoted(String value) {
    return String.valueOf(JsonStringEncoder.getInstance().quoteAsString(value));
  }

  Container rendered(boolean isNative) {
    var options = identity.service().getSpec().proxy();
    return new ContainerBuilder()
        .withName(NAME)
        .withImage(image)
        .withImagePullPolicy(options.imagePullPolicy())
        .withRestartPolicy(isNative ? "Always" : null)
        .withPorts(
            port("http2", Ports.HTTP2),
            port("metrics", Ports.METRICS),
            port("remoting", Ports.REMOTING),
            port("management", Ports.MANAGEMENT))
        .withEnv(environment(options))
        .withResources(resources(options))
        .withSecurityContext(restricted())
        // never /ready: it waits for the function, which waits for a native sidecar to have started
        .withStartupProbe(probe("/alive", 1, 120))
        .withLivenessProbe(probe("/alive", 10, 5))
        .withReadinessProbe(probe("/ready", 5, 2))
        .withVolumeMounts(mounts(options))
        .build();
  }

  private List<EnvVar> environment(Proxy options) {
    var env = new ArrayList<EnvVar>();
    env.add(Env.of("HTTP_PORT", Ports.HTTP2));
    env.add(Env.of("USER_FUNCTION_PORT", function.port()));
    env.add(Env.of("MANAGEMENT_PORT", Ports.MANAGEMENT));
    env.add(Env.of("REMOTING_PORT", Ports.REMOTING));
    env.add(Env.ofField("REMOTING_HOST", "status.podIP"));
    env.add(Env.of("CLUSTER_FORMATION", "kubernetes"));
    env.add(Env.of("SELECTOR_LABEL", Identity.LABEL));
    env.add(Env.of("SELECTOR_LABEL_VALUE", identity.name()));
    env.add(contactPoints);
    env.add(Env.of("SHUTDOWN_DELAY", SHUTDOWN_DELAY));
    env.add(Env.of("LOG_LEVEL", options.logLevel()));
    env.add(Env.of("LOG_FORMAT", "json"));
    env.add(Env.of("JAVA_TOOL_OPTIONS", javaOptions(options)));
    env.addAll(store.environment());
    env.addAll(options.env());
    return env;
  }

  private static boolean namesCollector(String option) {
    return option.matches("-XX:\\+Use\\w+GC");
  }

  private static String javaOptions(Proxy options) {
    var all = new ArrayList<String>();
    all.add("-XX:MaxRAMPercentage=" + options.jvm().heapPercent());
    if (!options.config().isEmpty()) {
      all.add("-Dconfig.file=" + CONFIG_DIRECTORY + "/" + CONFIG_KEY);
    }
    if (options.jvm().opts().stream().noneMatch(ProxyContainer::namesCollector)) {
      all.add(COLLECTOR);
    }
    all.addAll(options.jvm().opts());
    return String.join(" ", all);
  }

  private List<VolumeMount> mounts(Proxy options) {
    var mounts = new ArrayList<VolumeMount>();
    mounts.add(mount(TEMPORARY, "/tmp", false));
    mounts.add(mount(TOKEN, "/var/run/secrets/kubernetes.io/serviceaccount", true));
    if (!options.config().isEmpty()) {
      mounts.add(mount(CONFIG, CONFIG_DIRECTORY, true));
    }
    mounts.addAll(store.mounts());
    return mounts;
  }

  private static VolumeMount mount(String volume, String path, boolean isReadOnly) {
    return new VolumeMountBuilder()
        .withName(volume)
        .withMountPath(path)
        .withReadOnly(isReadOnly ? true : null)
        .build();
  }

  private static ContainerPort port(String name, int number) {
    return new ContainerPortBuilder()
        .withName(name)
        .withContainerPort(number)
        .withProtocol("TCP")
        .build();
  }

  /** No limit of CPU: a virtual machine that is throttled misses heartbeats of its cluster. */
  private static ResourceRequirements resources(Proxy options) {
    if (options.resources() != null) {
      return options.resources();
    }
    var memory = new Quantity("512Mi");
    return new ResourceRequirementsBuilder()
        .addToRequests("cpu", new Quantity("400m"))
        .addToRequests("memory", memory)
        .addToLimits("memory", memory)
        .build();
  }

  /** What the restricted Pod Security profile demands, and a root file system to read only. */
  private static SecurityContext restricted() {
    return new SecurityContextBuilder()
        .withRunAsNonRoot(true)
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .build();
  }

  private static Probe probe(String path, int periodSeconds, int failures) {
    return new ProbeBuilder()
        .withNewHttpGet()
        .withPath(path)
        .withNewPort(Ports.MANAGEMENT)
        .endHttpGet()
        .withPeriodSeconds(periodSeconds)
        .withTimeoutSeconds(1)
        .withFailureThreshold(failures)
        .build();
  }
}
