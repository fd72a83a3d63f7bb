package io.cloudstate.proxy.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.proxy.config.ProxySettings;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BackoffTest {

  private static final Duration MIN = Duration.ofMillis(100);

  @Test
  void delaysDoubleUpToTheLargest() {
    var backoff = backoff(Duration.ofMillis(750), 0);
    assertThat(Stream.generate(backoff::next).limit(6).map(Duration::toMillis))
        .containsExactly(100L, 200L, 400L, 750L, 750L, 750L);
  }

  @Test
  void aResetStartsWithTheSmallestAgain() {
    var backoff = backoff(Duration.ofMillis(750), 0);
    backoff.next();
    backoff.next();
    backoff.reset();
    assertThat(Stream.generate(backoff::next).limit(2).map(Duration::toMillis))
        .containsExactly(100L, 200L);
  }

  @Test
  void aRandomPartLengthensEachDelayByTheFactorAtMost() {
    var backoff = backoff(MIN, 0.2);
    var delays = Stream.generate(backoff::next).limit(1000).toList();
    assertThat(delays).allMatch(delay -> delay.compareTo(MIN) >= 0);
    assertThat(delays).allMatch(delay -> delay.compareTo(Duration.ofMillis(120)) <= 0);
    // Missing one half of the range by chance: once in 2^1000.
    assertThat(delays).anyMatch(delay -> delay.compareTo(Duration.ofMillis(110)) < 0);
    assertThat(delays).anyMatch(delay -> delay.compareTo(Duration.ofMillis(110)) > 0);
  }

  @Test
  void theRandomPartDoesNotAddUp() {
    var backoff = backoff(Duration.ofDays(1), 1);
    var shortest = MIN;
    for (var i = 0; i < 8; i++) {
      assertThat(backoff.next()).isBetween(shortest, shortest.multipliedBy(2));
      shortest = shortest.multipliedBy(2);
    }
  }

  private static Backoff backoff(Duration max, double randomFactor) {
    return new Backoff(new ProxySettings.Discovery(true, MIN, max, randomFactor));
  }
}
