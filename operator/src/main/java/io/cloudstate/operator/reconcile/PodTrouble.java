package io.cloudstate.operator.reconcile;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Why a pod does not get to run, in words that stay the same while it does not. */
record PodTrouble(String reason, String message) {

  private static final Set<String> PULLING =
      Set.of("ErrImagePull", "ImagePullBackOff", "InvalidImageName");
  private static final Set<String> CREATING =
      Set.of("CreateContainerConfigError", "CreateContainerError", "RunContainerError");

  /** That of the first pod by name that has any. */
  static Optional<PodTrouble> of(Collection<Pod> pods) {
    return pods.stream()
        .filter(pod -> !pod.isMarkedForDeletion() && pod.getStatus() != null)
        .sorted(Comparator.comparing(pod -> pod.getMetadata().getName()))
        .flatMap(PodTrouble::of)
        .findFirst();
  }

  private static Stream<PodTrouble> of(Pod pod) {
    var status = pod.getStatus();
    var unscheduled =
        status.getConditions().stream()
            .filter(condition -> "Unschedulable".equals(condition.getReason()))
            .map(
                condition ->
                    new PodTrouble(
                        "Unschedulable",
                        "pod %s: %s"
                            .formatted(pod.getMetadata().getName(), condition.getMessage())));
    var containers =
        Stream.concat(
            status.getInitContainerStatuses().stream(), status.getContainerStatuses().stream());
    return Stream.concat(unscheduled, containers.flatMap(container -> of(pod, container).stream()));
  }

  private static Optional<PodTrouble> of(Pod pod, ContainerStatus container) {
    return Optional.ofNullable(container.getState())
        .map(ContainerState::getWaiting)
        .flatMap(
            waiting -> {
              var where =
                  "container %s of pod %s"
                      .formatted(container.getName(), pod.getMetadata().getName());
              var reason = waiting.getReason();
              if (reason != null && PULLING.contains(reason)) {
                return Optional.of(
                    new PodTrouble(
                        "ImagePullFailed",
                        "%s: image %s cannot be pulled".formatted(where, container.getImage())));
              } else if (reason != null && CREATING.contains(reason)) {
                return Optional.of(
                    new PodTrouble(reason, "%s: %s".formatted(where, waiting.getMessage())));
              } else if ("CrashLoopBackOff".equals(reason)) {
                return Optional.of(
                    new PodTrouble(
                        reason, "%s ends again and again; see its log".formatted(where)));
              }
              return Optional.empty();
            });
  }
}
