package io.cloudstate.proxy.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.proxy.faults.Operation.Outcome;
import io.cloudstate.proxy.faults.Operation.Outcome.Appended;
import io.cloudstate.proxy.faults.Operation.Outcome.Unknown;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RefusalsTest {

  @Test
  void longestTimeWithoutAnAcknowledgementCounts() {
    var one = List.of(ended(5, new Appended(1)), ended(40, new Appended(2)));
    var other =
        List.of(
            ended(10, new Unknown("away")), ended(12, new Appended(1)), ended(70, new Appended(2)));
    assertThat(Refusals.of(List.of(one, other), 0, 100))
        .isEqualTo(new Refusals(Duration.ofNanos(30), Duration.ofNanos(60)));
  }

  @Test
  void timeBeforeTheFirstAndAfterTheLastCountsToo() {
    var one = List.of(ended(60, new Appended(1)));
    assertThat(Refusals.of(List.of(one), 50, 100).ofAll()).isEqualTo(Duration.ofNanos(40));
    assertThat(Refusals.of(List.of(one), 0, 70).ofAll()).isEqualTo(Duration.ofNanos(60));
  }

  @Test
  void entityThatAcknowledgedNothingWasAwayAllTheTime() {
    assertThat(Refusals.of(List.of(List.of()), 0, 100))
        .isEqualTo(new Refusals(Duration.ofNanos(100), Duration.ofNanos(100)));
  }

  private static Operation ended(long nanos, Outcome outcome) {
    return new Operation("text", new Asked(1, 1, 1), nanos - 1, nanos, outcome);
  }
}
