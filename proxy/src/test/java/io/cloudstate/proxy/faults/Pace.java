package io.cloudstate.proxy.faults;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * How long things take.
 *
 * @param calm before a fault and after it
 * @param trouble for which a fault lasts that has no end of its own
 * @param arguments of the proxies
 */
record Pace(Duration calm, Duration trouble, List<String> arguments) {

  /** As people run it. */
  static Pace usual() {
    return new Pace(Duration.ofSeconds(3), Duration.ofSeconds(8), List.of());
  }

  /** The same for proxies with these arguments too. */
  Pace with(List<String> more) {
    return new Pace(calm, trouble, Stream.concat(arguments.stream(), more.stream()).toList());
  }

  /** For a test that must not take long. */
  static Pace quick() {
    return new Pace(
        Duration.ofSeconds(1),
        Duration.ofSeconds(4),
        List.of("-Dcloudstate.proxy.cluster.split-brain.stable-after=2s"));
  }
}
