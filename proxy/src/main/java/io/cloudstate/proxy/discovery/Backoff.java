package io.cloudstate.proxy.discovery;

import io.cloudstate.proxy.config.ProxySettings;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Delays between tries: from the smallest, doubling up to the largest, each lengthened by a random
 * part (spec/discovery.md 2). Not thread-safe.
 */
final class Backoff {

  private final ProxySettings.Discovery settings;
  private Duration next;

  Backoff(ProxySettings.Discovery settings) {
    this.settings = settings;
    this.next = settings.minBackoff();
  }

  void reset() {
    next = settings.minBackoff();
  }

  Duration next() {
    var delay = next;
    var doubled = delay.multipliedBy(2);
    next = doubled.compareTo(settings.maxBackoff()) < 0 ? doubled : settings.maxBackoff();
    var random = ThreadLocalRandom.current().nextDouble() * settings.backoffRandomFactor();
    return delay.plusNanos((long) (delay.toNanos() * random));
  }
}
