package io.cloudstate.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RolloutTest {

  @ParameterizedTest
  @CsvSource({
    // wanted, seen generation, replicas, updated, available
    "2, 1, 2, 2, 2, Ready",
    "2, 1, 2, 2, 1, PartiallyReady",
    "2, 1, 2, 2, 0, Unavailable",
    "2, 1, 3, 1, 2, UpdateInProgress",
    "2, 1, 1, 1, 1, UpdateInProgress",
    "2, 1, 3, 2, 2, UpdateInProgress",
    "2, 0, 2, 2, 2, UpdateInProgress",
    "0, 1, 0, 0, 0, Ready",
    "0, 1, 1, 0, 0, UpdateInProgress"
  })
  void isOverWhenAllPodsAreNewAndAvailableAndNoOthersAreLeft(
      int wanted, long seen, int replicas, int updated, int available, Rollout.State expected) {
    var rollout = Rollout.of(deployment(wanted, seen, replicas, updated, available), List.of());
    assertThat(rollout.state()).isEqualTo(expected);
    assertThat(rollout.replicas()).as("all of them, available or not").isEqualTo(replicas);
  }

  @Test
  void withoutDeploymentOrStatusNothingIsAvailable() {
    assertThat(Rollout.of(null, List.of()).state()).isEqualTo(Rollout.State.Unavailable);
    var fresh =
        new DeploymentBuilder().withNewMetadata().endMetadata().withNewSpec().endSpec().build();
    assertThat(Rollout.of(fresh, List.of()).state()).isEqualTo(Rollout.State.Unavailable);
  }

  @ParameterizedTest
  @CsvSource({
    "Progressing, False, ProgressDeadlineExceeded, true",
    "ReplicaFailure, True, FailedCreate, true",
    "ReplicaFailure, False, FailedCreate, false",
    "Progressing, True, ReplicaSetUpdated, false"
  })
  void isStalledWhenTheDeploymentSaysSo(
      String type, String status, String reason, boolean isStalled) {
    var deployment =
        new DeploymentBuilder(deployment(2, 1, 2, 1, 1))
            .editStatus()
            .addNewCondition()
            .withType(type)
            .withStatus(status)
            .withReason(reason)
            .withMessage("quota exceeded")
            .endCondition()
            .endStatus()
            .build();
    var rollout = Rollout.of(deployment, List.of());
    assertThat(rollout.state() == Rollout.State.Stalled).isEqualTo(isStalled);
    assertThat(rollout.message().contains("quota exceeded")).isEqualTo(isStalled);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "CreateContainerConfigError, couldn't find key x in Secret a/b, container c of pod p: couldn't find key x in Secret a/b",
        "ErrImagePull, rpc error 17, container c of pod p: image i:1 cannot be pulled",
        "ImagePullBackOff, Back-off 20s, container c of pod p: image i:1 cannot be pulled",
        "CrashLoopBackOff, back-off 40s restarting, container c of pod p ends again and again; see its log",
        "ContainerCreating, -, -",
        "PodInitializing, -, -"
      })
  void whatKeepsAPodFromRunningIsSaidInWordsThatStay(
      String reason, @Nullable String message, @Nullable String expected) {
    // Given
    var pod = pod(reason, message);
    // When
    var rollout = Rollout.of(deployment(2, 1, 2, 1, 1), List.of(pod));
    // Then
    assertThat(rollout.message())
        .isEqualTo("1 of 2 pods updated, 1 available" + (expected == null ? "" : "; " + expected));
    assertThat(Rollout.of(deployment(2, 1, 2, 2, 2), List.of(pod)).message())
        .as("no trouble once all is well")
        .isEqualTo("2 of 2 pods available");
  }

  private static Pod pod(String reason, @Nullable String message) {
    return new PodBuilder()
        .withNewMetadata()
        .withName("p")
        .endMetadata()
        .withNewStatus()
        .withContainerStatuses(
            new ContainerStatusBuilder()
                .withName("c")
                .withImage("i:1")
                .withNewState()
                .withNewWaiting()
                .withReason(reason)
                .withMessage(message)
                .endWaiting()
                .endState()
                .build())
        .endStatus()
        .build();
  }

  private static Deployment deployment(
      int wanted, long seen, int replicas, int updated, int available) {
    return new DeploymentBuilder()
        .withNewMetadata()
        .withName("d")
        .withGeneration(1L)
        .endMetadata()
        .withNewSpec()
        .withReplicas(wanted)
        .endSpec()
        .withNewStatus()
        .withObservedGeneration(seen)
        .withReplicas(replicas)
        .withUpdatedReplicas(updated)
        .withAvailableReplicas(available)
        .withReadyReplicas(available)
        .endStatus()
        .build();
  }
}
