package io.cloudstate.operator.reconcile;

import io.cloudstate.operator.desired.Platform;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;

/**
 * How the controller runs.
 *
 * @param platform what services run on
 * @param namespaces whose resources count; of all namespaces if empty
 * @param secretsWatched whether Secrets may be looked at: without, a missing one shows in its pods
 *     only, and the operator needs no right to them
 * @param workers how many resources are worked on at the same time
 * @param resync after how long a settled resource is looked at again
 * @param firstRetry how long the first wait after a failure is; each further one is twice as long
 * @param longestRetry how long it is at most
 * @param stuckAfter after how long without a watch, or in a single pass, the controller counts as
 *     dead
 * @param instance the name of this process in Events
 */
public record ControllerSettings(
    Platform platform,
    Set<String> namespaces,
    boolean secretsWatched,
    int workers,
    Duration resync,
    Duration firstRetry,
    Duration longestRetry,
    Duration stuckAfter,
    String instance,
    Clock clock,
    ReconcileListener listener) {

  public ControllerSettings {
    namespaces = Set.copyOf(namespaces);
    if (workers < 1) {
      throw new IllegalArgumentException("workers: " + workers + " (expected: >= 1)");
    }
    requirePositive("resync", resync);
    requirePositive("firstRetry", firstRetry);
    requirePositive("stuckAfter", stuckAfter);
    if (longestRetry.compareTo(firstRetry) < 0) {
      throw new IllegalArgumentException(
          "longestRetry: %s (expected: at least firstRetry, %s)"
              .formatted(longestRetry, firstRetry));
    }
  }

  /** All namespaces, and numbers that do for some hundred services. */
  public static ControllerSettings of(Platform platform, String instance) {
    return new ControllerSettings(
        platform,
        Set.of(),
        true,
        4,
        Duration.ofMinutes(10),
        Duration.ofSeconds(1),
        Duration.ofMinutes(5),
        Duration.ofMinutes(2),
        instance,
        Clock.systemUTC(),
        ReconcileListener.none());
  }

  private static void requirePositive(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: above 0)");
    }
  }
}
