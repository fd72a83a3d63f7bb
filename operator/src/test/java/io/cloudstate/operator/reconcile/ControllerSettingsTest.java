package io.cloudstate.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cloudstate.operator.desired.Platform;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ControllerSettingsTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void whatCannotWorkIsRefusedByName() {
    assertRefused(0, SECOND, SECOND, SECOND, "workers: 0 (expected: >= 1)");
    assertRefused(1, Duration.ZERO, SECOND, SECOND, "resync: PT0S (expected: above 0)");
    assertRefused(
        1, SECOND, Duration.ofSeconds(-1), SECOND, "firstRetry: PT-1S (expected: above 0)");
    assertRefused(
        1,
        SECOND,
        SECOND,
        Duration.ofMillis(999),
        "longestRetry: PT0.999S (expected: at least firstRetry, PT1S)");
  }

  @Test
  void theDefaultsAreOfAllNamespaces() {
    var settings = ControllerSettings.of(new Platform("i", true), "pod-1");
    assertThat(settings.namespaces()).isEmpty();
    assertThat(settings.secretsWatched()).isTrue();
  }

  private static void assertRefused(
      int workers, Duration resync, Duration first, Duration longest, String message) {
    assertThatThrownBy(
            () ->
                new ControllerSettings(
                    new Platform("i", true),
                    Set.of(),
                    true,
                    workers,
                    resync,
                    first,
                    longest,
                    SECOND,
                    "pod-1",
                    Clock.systemUTC(),
                    ReconcileListener.none()))
        .hasMessage(message);
  }
}
