package io.cloudstate.operator.reconcile;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far the pods are, as their Deployment tells. {@code wanted} is how many there are to be; a
 * rollout is over when all of them are of the current template, available, and no others are left.
 */
record Rollout(
    State state, String message, int wanted, int replicas, int ready, int available, int updated) {

  /** In the words of the resource's summary. */
  enum State {
    Ready,
    PartiallyReady,
    UpdateInProgress,
    Unavailable,
    Stalled
  }

  static Rollout of(@Nullable Deployment deployment, Collection<Pod> pods) {
    if (deployment == null) {
      return new Rollout(State.Unavailable, "there is no Deployment yet", 1, 0, 0, 0, 0);
    }
    var spec = deployment.getSpec();
    var status = deployment.getStatus() == null ? new DeploymentStatus() : deployment.getStatus();
    var wanted = spec.getReplicas() == null ? 1 : spec.getReplicas();
    var replicas = orZero(status.getReplicas());
    var available = orZero(status.getAvailableReplicas());
    var updated = orZero(status.getUpdatedReplicas());
    var failure = failureOf(status);
    State state;
    if (failure.isPresent()) {
      state = State.Stalled;
    } else if (wanted > 0 && available == 0) {
      state = State.Unavailable;
    } else if (!isSeen(deployment, status) || updated < wanted || replicas != wanted) {
      state = State.UpdateInProgress;
    } else {
      state = available < wanted ? State.PartiallyReady : State.Ready;
    }
    var message =
        state == State.Ready
            ? "%d of %d pods available".formatted(available, wanted)
            : failure.orElse(
                    "%d of %d pods updated, %d available".formatted(updated, wanted, available))
                + PodTrouble.of(pods).map(trouble -> "; " + trouble.message()).orElse("");
    return new Rollout(
        state, message, wanted, replicas, orZero(status.getReadyReplicas()), available, updated);
  }

  /** Whether the status is about the current spec. */
  private static boolean isSeen(Deployment deployment, DeploymentStatus status) {
    var generation = deployment.getMetadata().getGeneration();
    return generation == null
        || (status.getObservedGeneration() != null && status.getObservedGeneration() >= generation);
  }

  private static Optional<String> failureOf(DeploymentStatus status) {
    return status.getConditions().stream()
        .filter(
            condition ->
                "ProgressDeadlineExceeded".equals(condition.getReason())
                    || ("ReplicaFailure".equals(condition.getType())
                        && "True".equals(condition.getStatus())))
        .map(DeploymentCondition::getMessage)
        .findFirst();
  }

  private static int orZero(@Nullable Integer number) {
    return number == null ? 0 : number;
  }
}
