package io.cloudstate.operator.reconcile;

import io.cloudstate.operator.crd.StatefulStore;
import io.cloudstate.operator.crd.StatefulStoreStatus;
import io.cloudstate.operator.desired.Problem;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a store is found to be: {@code Ready} if a service could use it, {@code InUse} if one does.
 */
final class StoreStatus {

  private static final int NAMES = 5;

  private StoreStatus() {}

  static StatefulStoreStatus of(
      StatefulStore store, List<Problem> problems, List<String> services, Instant now) {
    var generation = store.getMetadata().getGeneration();
    var conditions = new Conditions(statusOf(store).conditions(), generation, now);
    conditions.set(
        "Ready",
        problems.isEmpty(),
        problems.isEmpty() ? "Ready" : problems.get(0).reason(),
        problems.stream().map(Problem::message).collect(Collectors.joining("; ")));
    conditions.set(
        "InUse",
        !services.isEmpty(),
        services.isEmpty() ? "Unused" : "UsedByServices",
        services.isEmpty()
            ? ""
            : "used by %s%s; deleting it leaves them as they are, but none of them can be changed"
                .formatted(
                    services.stream().sorted().limit(NAMES).collect(Collectors.joining(", ")),
                    services.size() > NAMES ? " and others" : ""));
    return new StatefulStoreStatus(
        generation, services.size(), conditions.get("Ready").getReason(), conditions.all());
  }

  /** When it became ready, or ceased to be. */
  static String readySince(StatefulStoreStatus status) {
    return status.conditions().stream()
        .filter(condition -> condition.getType().equals("Ready"))
        .findFirst()
        .orElseThrow()
        .getLastTransitionTime();
  }

  private static StatefulStoreStatus statusOf(StatefulStore store) {
    var status = store.getStatus();
    return status == null ? new StatefulStoreStatus(null, null, null, List.of()) : status;
  }

  /** Whether a store says so already; conditions of others do not count. */
  static boolean says(StatefulStore store, StatefulStoreStatus status) {
    var current = statusOf(store);
    return new StatefulStoreStatus(
            current.observedGeneration(),
            current.services(),
            current.summary(),
            Conditions.ofTypes(current.conditions(), status.conditions()))
        .equals(status);
  }
}
