package io.cloudstate.operator.desired;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a pod that is no stateful service's asks for by its label and annotations (operator.md 7 and
 * 8.4). Annotations of Cloudstate's that would have no effect are problems: a misspelt one costs a
 * message, not a database.
 */
record PodRequest(Pod pod) {

  private static final String REPLICAS = "cloudstate.io/replicas";
  private static final String STORE = "cloudstate.io/stateful-store";
  private static final String IMAGE = "cloudstate.io/proxy-image";
  private static final String USER_FUNCTION = "cloudstate.io/user-function";
  private static final String DATABASE = "postgres.cloudstate.io/database";
  private static final String SECRET = "postgres.cloudstate.io/secret";
  private static final List<String> KNOWN =
      List.of(Injection.ENABLED, REPLICAS, STORE, IMAGE, USER_FUNCTION, DATABASE, SECRET);
  private static final String KNATIVE = "serving.knative.dev/service";
  private static final String USER_PORT = "user-port";
  private static final Pattern WHOLE = Pattern.compile("[1-9][0-9]{0,5}");

  private Map<String, String> annotations() {
    var annotations = pod.getMetadata().getAnnotations();
    return annotations == null ? Map.of() : annotations;
  }

  private Map<String, String> labels() {
    var labels = pod.getMetadata().getLabels();
    return labels == null ? Map.of() : labels;
  }

  private @Nullable String annotation(String key) {
    return annotations().get(key);
  }

  /** What groups the pods whose proxies are one cluster; empty if it is missing. */
  String service() {
    return labels().getOrDefault(Identity.LABEL, "");
  }

  boolean isAsked() {
    return "true".equals(labels().get(Injection.ENABLED));
  }

  boolean isInjected() {
    return containers().anyMatch(container -> ProxyContainer.NAME.equals(container.getName()));
  }

  private Stream<Container> containers() {
    return Stream.concat(
        pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream());
  }

  Optional<String> store() {
    return Optional.ofNullable(annotation(STORE));
  }

  @Nullable String database() {
    return annotation(DATABASE);
  }

  @Nullable String secret() {
    return annotation(SECRET);
  }

  @Nullable String image() {
    return annotation(IMAGE);
  }

  /** Only for a pod without {@link #problems}. */
  int replicas() {
    return Integer.parseInt(annotations().getOrDefault(REPLICAS, ""));
  }

  /**
   * The containers, the user function first: the one that is annotated, or has a port called {@code
   * user-port}, or is the first.
   */
  List<Container> functionFirst() {
    var containers = new ArrayList<>(pod.getSpec().getContainers());
    var function =
        containers.stream()
            .filter(
                annotation(USER_FUNCTION) == null
                    ? PodRequest::hasUserPort
                    : container -> container.getName().equals(annotation(USER_FUNCTION)))
            .findFirst();
    function.ifPresent(
        container -> {
          containers.remove(container);
          containers.add(0, container);
        });
    return containers;
  }

  private static boolean hasUserPort(Container container) {
    return container.getPorts().stream().anyMatch(port -> USER_PORT.equals(port.getName()));
  }

  /** What cannot be, said of the pod alone. */
  List<Problem> problems() {
    var problems = new ArrayList<Problem>();
    checkKind(problems);
    checkAnnotations(problems);
    checkReplicas(problems);
    checkFunction(problems);
    return problems;
  }

  private void checkKind(List<Problem> problems) {
    if (labels().containsKey(KNATIVE)) {
      problems.add(
          Problem.config(
              "KnativeNotSupported",
              "label %s: %s (expected: a pod that is not Knative's, whose queue-proxy has the proxy's ports)"
                  .formatted(KNATIVE, labels().get(KNATIVE))));
    } else if (service().isEmpty()) {
      problems.add(
          Problem.config(
              "NoService",
              "label %s is missing (expected: a name that the pods of this function have in common and no others)"
                  .formatted(Identity.LABEL)));
    }
    if (Boolean.TRUE.equals(pod.getSpec().getHostNetwork())) {
      problems.add(
          Problem.config(
              "HostNetwork",
              "spec.hostNetwork: true (expected: false, as the proxy's ports are fixed)"));
    }
  }

  private void checkAnnotations(List<Problem> problems) {
    annotations().forEach((key, value) -> checkAnnotation(key, value).ifPresent(problems::add));
    if (store().isEmpty() && (database() != null || secret() != null)) {
      problems.add(
          Problem.config(
              "BadAnnotation",
              "annotation %s is missing (expected: the StatefulStore for %s)"
                  .formatted(STORE, database() != null ? DATABASE : SECRET)));
    }
  }

  private static Optional<Problem> checkAnnotation(String key, String value) {
    if (key.equals(Injection.ENABLED) && !value.equals("true")) {
      return Optional.of(
          Problem.config(
              "BadAnnotation",
              "annotation %s: %s (expected: true, or no annotation and no label of this name)"
                  .formatted(key, value)));
    }
    if (KNOWN.contains(key)) {
      return value.isEmpty()
          ? Optional.of(
              Problem.config(
                  "BadAnnotation",
                  "annotation %s is empty (expected: a value, or no annotation)".formatted(key)))
          : Optional.empty();
    }
    return isOfCloudstate(key)
        ? Optional.of(
            Problem.config(
                "BadAnnotation",
                "annotation %s has no effect (expected: one of %s)"
                    .formatted(key, String.join(", ", KNOWN))))
        : Optional.empty();
  }

  private static boolean isOfCloudstate(String key) {
    return key.startsWith("cloudstate.io/") || key.contains(".cloudstate.io/");
  }

  private void checkReplicas(List<Problem> problems) {
    var given = annotation(REPLICAS);
    if (given == null) {
      problems.add(
          Problem.config(
              "BadAnnotation",
              "annotation %s is missing (expected: how many pods there are to be, so that their proxies begin one cluster and not several)"
                  .formatted(REPLICAS)));
    } else if (!given.isEmpty() && !WHOLE.matcher(given).matches()) {
      problems.add(
          Problem.config(
              "BadAnnotation",
              "annotation %s: %s (expected: a whole number from 1 to 999999)"
                  .formatted(REPLICAS, given)));
    }
  }

  private void checkFunction(List<Problem> problems) {
    var given = annotation(USER_FUNCTION);
    if (given != null
        && pod.getSpec().getContainers().stream().noneMatch(c -> given.equals(c.getName()))) {
      problems.add(
          Problem.config(
              "BadAnnotation",
              "annotation %s: %s (expected: the name of a container of the pod)"
                  .formatted(USER_FUNCTION, given)));
    }
  }
}
