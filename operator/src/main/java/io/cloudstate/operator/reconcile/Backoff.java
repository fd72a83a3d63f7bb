package io.cloudstate.operator.reconcile;

import java.time.Duration;

/** How long to wait after so many failures in a row. */
record Backoff(Duration first, Duration longest) {

  private static final int MOST_DOUBLINGS = 30;

  /** Twice as long each time up to the longest, and of that between the half and all, by chance. */
  Duration after(int failures, double chance) {
    var doublings = Math.min(Math.max(failures - 1, 0), MOST_DOUBLINGS);
    var millis = Math.min(first.toMillis() << doublings, longest.toMillis());
    return Duration.ofMillis((long) (millis * (0.5 + chance / 2)));
  }
}
