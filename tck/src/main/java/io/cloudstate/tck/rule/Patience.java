package io.cloudstate.tck.rule;

import java.time.Duration;

/**
 * How long the kit waits. Generous, because machines are slow and a rule that holds does not wait;
 * only the demands that are about time use times of their own.
 *
 * @param expected for something that has to come
 * @param quiet for something that must not come
 */
public record Patience(Duration expected, Duration quiet) {

  public static final Patience DEFAULT = new Patience(Duration.ofSeconds(5), Duration.ofMillis(20));

  public Patience {
    if (expected.isNegative() || expected.isZero()) {
      throw new IllegalArgumentException("timeout: " + expected + " (expected: > 0)");
    }
  }

  public Patience withExpected(Duration longer) {
    return new Patience(longer, quiet);
  }
}
