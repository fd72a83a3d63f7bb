package io.cloudstate.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {

  private final Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(5));

  @ParameterizedTest
  @CsvSource({
    "1, 1.0, 1000",
    "1, 0.0, 500",
    "2, 1.0, 2000",
    "5, 1.0, 16000",
    "9, 1.0, 256000",
    "10, 1.0, 300000",
    "10, 0.0, 150000",
    "1000000, 1.0, 300000"
  })
  void waitsTwiceAsLongEachTimeUpToTheLongest(int failures, double chance, long millis) {
    assertThat(backoff.after(failures, chance)).isEqualTo(Duration.ofMillis(millis));
  }
}
