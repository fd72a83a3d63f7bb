package io.cloudstate.operator.desired;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricSpec;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricSpecBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.util.List;
import java.util.Optional;

/** What keeps the pods running: Deployment, disruption budget and autoscaler (operator.md 15.4). */
record Workload(Identity identity, PodTemplate pod) {

  /** After a new node joined, shards move to it before the next one is replaced. */
  private static final int MIN_READY_SECONDS = 10;

  private static final int CPU_PERCENT = 80;

  Deployment deployment() {
    var spec = identity.service().getSpec();
    return new DeploymentBuilder()
        .withMetadata(identity.metadata(identity.name()))
        .withNewSpec()
        .withReplicas(spec.replicas())
        .withMinReadySeconds(MIN_READY_SECONDS)
        .withNewSelector()
        .withMatchLabels(identity.selector())
        .endSelector()
        .withNewStrategy()
        .withType("RollingUpdate")
        .withNewRollingUpdate()
        .withMaxSurge(spec.update().maxSurge())
        .withMaxUnavailable(spec.update().maxUnavailable())
        .endRollingUpdate()
        .endStrategy()
        .withTemplate(pod.rendered())
        .endSpec()
        .build();
  }

  /** None for a single pod, which could never be evicted otherwise. */
  Optional<HasMetadata> disruptionBudget() {
    var spec = identity.service().getSpec();
    var isWanted = spec.disruption().enabled() && Size.of(spec).intended() > 1;
    return isWanted
        ? Optional.of(
            new PodDisruptionBudgetBuilder()
                .withMetadata(identity.metadata(identity.name()))
                .withNewSpec()
                .withMaxUnavailable(spec.disruption().maxUnavailable())
                .withUnhealthyPodEvictionPolicy("AlwaysAllow")
                .withNewSelector()
                .withMatchLabels(identity.selector())
                .endSelector()
                .endSpec()
                .build())
        : Optional.empty();
  }

  /** Scales the service, not the Deployment, so that nobody works against the operator. */
  Optional<HasMetadata> autoscaler() {
    var scaling = identity.service().getSpec().autoscaling();
    if (scaling == null || !scaling.enabled()) {
      return Optional.empty();
    }
    return Optional.of(
        new HorizontalPodAutoscalerBuilder()
            .withMetadata(identity.metadata(identity.name()))
            .withNewSpec()
            .withNewScaleTargetRef(
                identity.service().getApiVersion(), identity.service().getKind(), identity.name())
            .withMinReplicas(scaling.minReplicas())
            .withMaxReplicas(scaling.maxReplicas())
            .withMetrics(scaling.metrics().isEmpty() ? List.of(cpu()) : scaling.metrics())
            .withBehavior(scaling.behavior())
            .endSpec()
            .build());
  }

  private MetricSpec cpu() {
    return new MetricSpecBuilder()
        .withType("ContainerResource")
        .withNewContainerResource()
        .withContainer(pod.proxy().function().name())
        .withName("cpu")
        .withNewTarget()
        .withType("Utilization")
        .withAverageUtilization(CPU_PERCENT)
        .endTarget()
        .endContainerResource()
        .build();
  }
}
