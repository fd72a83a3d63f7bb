package io.cloudstate.operator.crd;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HostAlias;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBehavior;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricSpec;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a stateful service is to be; {@code deploy/crds/statefulservices.yaml} tells each field. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StatefulServiceSpec(
    List<Container> containers,
    Integer replicas,
    @Nullable StoreConfig storeConfig,
    @Nullable String serviceAccountName,
    Template template,
    Proxy proxy,
    @Nullable Autoscaling autoscaling,
    Disruption disruption,
    Update update,
    Exposure service,
    Network networkPolicy,
    @Nullable Boolean suspend) {

  public StatefulServiceSpec {
    containers = Given.list(containers);
    replicas = Given.or(replicas, 1);
    template = Given.or(template, new Template(null, null));
    proxy = Given.or(proxy, new Proxy(null, null, null, null, null, null, null, null));
    disruption = Given.or(disruption, new Disruption(null, null));
    update = Given.or(update, new Update(null, null, null, null));
    service = Given.or(service, new Exposure(null, null, null));
    networkPolicy = Given.or(networkPolicy, new Network(null));
  }

  /** Which store, and what of it is this service's own. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record StoreConfig(
      LocalObjectReference statefulStore,
      @Nullable String database,
      @Nullable LocalObjectReference secret) {}

  /** What pods get besides the containers. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Template(TemplateMetadata metadata, TemplateSpec spec) {
    public Template(@Nullable TemplateMetadata metadata, @Nullable TemplateSpec spec) {
      this.metadata = Given.or(metadata, new TemplateMetadata(null, null));
      this.spec =
          Given.or(
              spec,
              new TemplateSpec(
                  null, null, null, null, null, null, null, null, null, null, null, null));
    }
  }

  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record TemplateMetadata(Map<String, String> labels, Map<String, String> annotations) {
    public TemplateMetadata(
        @Nullable Map<String, String> labels, @Nullable Map<String, String> annotations) {
      this.labels = Given.map(labels);
      this.annotations = Given.map(annotations);
    }
  }

  /** The fields of a pod's spec that may be chosen. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record TemplateSpec(
      List<Volume> volumes,
      List<Container> initContainers,
      Map<String, String> nodeSelector,
      List<Toleration> tolerations,
      @Nullable Affinity affinity,
      @Nullable List<TopologySpreadConstraint> topologySpreadConstraints,
      @Nullable String priorityClassName,
      List<LocalObjectReference> imagePullSecrets,
      @Nullable PodSecurityContext securityContext,
      List<HostAlias> hostAliases,
      Boolean automountServiceAccountToken,
      Long terminationGracePeriodSeconds) {
    public TemplateSpec(
        @Nullable List<Volume> volumes,
        @Nullable List<Container> initContainers,
        @Nullable Map<String, String> nodeSelector,
        @Nullable List<Toleration> tolerations,
        @Nullable Affinity affinity,
        @Nullable List<TopologySpreadConstraint> topologySpreadConstraints,
        @Nullable String priorityClassName,
        @Nullable List<LocalObjectReference> imagePullSecrets,
        @Nullable PodSecurityContext securityContext,
        @Nullable List<HostAlias> hostAliases,
        @Nullable Boolean automountServiceAccountToken,
        @Nullable Long terminationGracePeriodSeconds) {
      this.volumes = Given.list(volumes);
      this.initContainers = Given.list(initContainers);
      this.nodeSelector = Given.map(nodeSelector);
      this.tolerations = Given.list(tolerations);
      this.affinity = affinity;
      this.topologySpreadConstraints = topologySpreadConstraints;
      this.priorityClassName = priorityClassName;
      this.imagePullSecrets = Given.list(imagePullSecrets);
      this.securityContext = securityContext;
      this.hostAliases = Given.list(hostAliases);
      this.automountServiceAccountToken = Given.or(automountServiceAccountToken, false);
      this.terminationGracePeriodSeconds = Given.or(terminationGracePeriodSeconds, 60L);
    }
  }

  /** How the proxy runs. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Proxy(
      @Nullable String image,
      String imagePullPolicy,
      @Nullable ResourceRequirements resources,
      Jvm jvm,
      List<EnvVar> env,
      Map<String, String> config,
      LogLevel logLevel,
      @Nullable Sidecar sidecar) {
    public Proxy(
        @Nullable String image,
        @Nullable String imagePullPolicy,
        @Nullable ResourceRequirements resources,
        @Nullable Jvm jvm,
        @Nullable List<EnvVar> env,
        @Nullable Map<String, String> config,
        @Nullable LogLevel logLevel,
        @Nullable Sidecar sidecar) {
      this.image = image;
      this.imagePullPolicy = Given.or(imagePullPolicy, "IfNotPresent");
      this.resources = resources;
      this.jvm = Given.or(jvm, new Jvm(null, null));
      this.env = Given.list(env);
      this.config = Given.map(config);
      this.logLevel = Given.or(logLevel, LogLevel.INFO);
      this.sidecar = sidecar;
    }
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Jvm(Integer heapPercent, List<String> opts) {
    public Jvm(@Nullable Integer heapPercent, @Nullable List<String> opts) {
      this.heapPercent = Given.or(heapPercent, 50);
      this.opts = Given.list(opts);
    }
  }

  public enum LogLevel {
    ERROR,
    WARN,
    INFO,
    DEBUG,
    TRACE
  }

  /** An init container that restarts always and stops last, or a container among the others. */
  public enum Sidecar {
    Native,
    Container
  }

  /** By what the number of pods is changed, as in autoscaling/v2. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Autoscaling(
      Boolean enabled,
      Integer minReplicas,
      Integer maxReplicas,
      List<MetricSpec> metrics,
      @Nullable HorizontalPodAutoscalerBehavior behavior) {
    public Autoscaling(
        @Nullable Boolean enabled,
        @Nullable Integer minReplicas,
        @Nullable Integer maxReplicas,
        @Nullable List<MetricSpec> metrics,
        @Nullable HorizontalPodAutoscalerBehavior behavior) {
      this.enabled = Given.or(enabled, true);
      this.minReplicas = Given.or(minReplicas, 1);
      this.maxReplicas = Given.or(maxReplicas, 10);
      this.metrics = Given.list(metrics);
      this.behavior = behavior;
    }
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Disruption(Boolean enabled, IntOrString maxUnavailable) {
    public Disruption(@Nullable Boolean enabled, @Nullable IntOrString maxUnavailable) {
      this.enabled = Given.or(enabled, true);
      this.maxUnavailable = Given.or(maxUnavailable, new IntOrString(1));
    }
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Update(
      IntOrString maxSurge,
      IntOrString maxUnavailable,
      ProxyUpdatePolicy proxyUpdatePolicy,
      Boolean onSecretChange) {
    public Update(
        @Nullable IntOrString maxSurge,
        @Nullable IntOrString maxUnavailable,
        @Nullable ProxyUpdatePolicy proxyUpdatePolicy,
        @Nullable Boolean onSecretChange) {
      this.maxSurge = Given.or(maxSurge, new IntOrString(1));
      this.maxUnavailable = Given.or(maxUnavailable, new IntOrString(0));
      this.proxyUpdatePolicy = Given.or(proxyUpdatePolicy, ProxyUpdatePolicy.OnSpecChange);
      this.onSecretChange = Given.or(onSecretChange, false);
    }
  }

  /** When a new image of the operator reaches a service that runs already. */
  public enum ProxyUpdatePolicy {
    Automatic,
    OnSpecChange,
    Pinned
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Exposure(String type, Map<String, String> annotations, String appProtocol) {
    public Exposure(
        @Nullable String type,
        @Nullable Map<String, String> annotations,
        @Nullable String appProtocol) {
      this.type = Given.or(type, "ClusterIP");
      this.annotations = Given.map(annotations);
      this.appProtocol = Given.or(appProtocol, "kubernetes.io/h2c");
    }
  }

  public record Network(Boolean enabled) {
    public Network(@Nullable Boolean enabled) {
      this.enabled = Given.or(enabled, true);
    }
  }
}
