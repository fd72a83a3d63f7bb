package io.cloudstate.operator.reconcile;

import io.cloudstate.operator.crd.StatefulService;
import io.cloudstate.operator.crd.StatefulServiceStatus;
import io.cloudstate.operator.desired.Desired;
import io.cloudstate.operator.desired.Desired.Choice;
import io.cloudstate.operator.desired.Problem;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a service is found to be (operator.md 15.2). {@code ConfigValid} and {@code StoreReady} tell
 * whether it can be as asked for, {@code Progressing} and {@code Available} how far it has got, and
 * {@code Ready} sums them up: all of it, and of this spec.
 */
final class ServiceStatus {

  private static final String READY = "Ready";
  private static final String CONFIG_VALID = "ConfigValid";
  private static final String STORE_READY = "StoreReady";
  private static final String PROGRESSING = "Progressing";
  private static final String AVAILABLE = "Available";

  private ServiceStatus() {}

  /** The choice counts once it has been applied; without one, that before stays. */
  static StatefulServiceStatus of(
      StatefulService service,
      List<Problem> problems,
      @Nullable Choice choice,
      Rollout rollout,
      Instant now) {
    var before = statusOf(service);
    var generation = service.getMetadata().getGeneration();
    var conditions = new Conditions(before.conditions(), generation, now);
    set(conditions, CONFIG_VALID, problems, "Valid", "");
    set(conditions, STORE_READY, problems, "StoreFound", "");
    conditions.set(
        AVAILABLE,
        rollout.available() > 0 || rollout.wanted() == 0,
        rollout.available() > 0 || rollout.wanted() == 0 ? "Available" : "Unavailable",
        rollout.message());
    setProgressing(conditions, problems, rollout);
    setReady(conditions, problems, rollout);
    var ready = conditions.get(READY);
    return new StatefulServiceStatus(
        generation,
        rollout.replicas(),
        rollout.ready(),
        rollout.available(),
        rollout.updated(),
        Desired.SERVICE_LABEL + "=" + service.getMetadata().getName(),
        choice == null ? before.proxyImage() : choice.proxyImage(),
        choice == null ? before.specHash() : choice.specHash(),
        choice == null ? before.storeHash() : choice.storeHash(),
        ready.getReason(),
        conditions.all());
  }

  static StatefulServiceStatus statusOf(StatefulService service) {
    var status = service.getStatus();
    return status == null
        ? new StatefulServiceStatus(
            null, null, null, null, null, null, null, null, null, null, List.of())
        : status;
  }

  private static void set(
      Conditions conditions, String type, List<Problem> problems, String reason, String message) {
    var own = problems.stream().filter(problem -> problem.condition().equals(type)).toList();
    if (own.isEmpty()) {
      conditions.set(type, true, reason, message);
    } else {
      conditions.set(
          type,
          false,
          own.get(0).reason(),
          own.stream().map(Problem::message).collect(Collectors.joining("; ")));
    }
  }

  private static void setProgressing(
      Conditions conditions, List<Problem> problems, Rollout rollout) {
    if (rollout.state() == Rollout.State.Ready) {
      conditions.set(PROGRESSING, false, "RolledOut", rollout.message());
    } else if (rollout.state() == Rollout.State.Stalled) {
      conditions.set(PROGRESSING, false, "Stalled", rollout.message());
    } else {
      conditions.set(PROGRESSING, true, "RollingOut", rollout.message());
    }
    if (problems.stream().anyMatch(problem -> problem.condition().equals(PROGRESSING))) {
      set(conditions, PROGRESSING, problems, "", "");
    }
  }

  private static void setReady(Conditions conditions, List<Problem> problems, Rollout rollout) {
    if (problems.isEmpty()) {
      conditions.set(
          READY, rollout.state() == Rollout.State.Ready, rollout.state().name(), rollout.message());
      return;
    }
    var reason =
        Stream.of(CONFIG_VALID, STORE_READY, PROGRESSING)
            .filter(type -> !conditions.isTrue(type))
            .map(conditions::get)
            .findFirst()
            .orElseThrow();
    conditions.set(READY, false, reason.getReason(), reason.getMessage());
  }

  /** Whether a resource says so already; conditions of others do not count. */
  static boolean says(StatefulService service, StatefulServiceStatus status) {
    var current = statusOf(service);
    return new StatefulServiceStatus(
            current.observedGeneration(),
            current.replicas(),
            current.readyReplicas(),
            current.availableReplicas(),
            current.updatedReplicas(),
            current.selector(),
            current.proxyImage(),
            current.specHash(),
            current.storeHash(),
            current.summary(),
            Conditions.ofTypes(current.conditions(), status.conditions()))
        .equals(status);
  }
}
