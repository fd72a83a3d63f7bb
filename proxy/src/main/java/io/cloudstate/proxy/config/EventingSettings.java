package io.cloudstate.proxy.config;

import java.time.Duration;
import java.util.Map;

/**
 * What is consumed, and what happens to events that cannot be processed.
 *
 * @param callTimeout how long a method may take with an event
 * @param retries how often, and how soon, an event is tried again
 * @param onFailure what becomes of an event after the last attempt
 * @param onFailureOf the same by consumer group, where it is another
 */
public record EventingSettings(
    Duration callTimeout,
    Retries retries,
    FailurePolicy onFailure,
    Map<String, FailurePolicy> onFailureOf,
    EventLogs eventLogs) {

  public EventingSettings {
    onFailureOf = Map.copyOf(onFailureOf);
  }

  /** Of the consumers of that group. */
  public FailurePolicy onFailureOf(String group) {
    return onFailureOf.getOrDefault(group, onFailure);
  }

  /**
   * Attempts after the first.
   *
   * @param max how many count; attempts that failed because something was away do not
   * @param minBackoff before the first, doubled each time
   */
  public record Retries(int max, Duration minBackoff, Duration maxBackoff) {}

  /** What becomes of an event that cannot be processed. */
  public sealed interface FailurePolicy {

    /** The consumer waits for somebody to act. */
    record Stop() implements FailurePolicy {}

    /** It is left out. */
    record Skip() implements FailurePolicy {}

    /** It is published to a topic, and then left out. */
    record DeadLetter(String topic) implements FailurePolicy {}
  }

  /** Where a consumer group begins that has never been there. */
  public enum Start {
    FIRST,
    NOW
  }

  /**
   * Event logs.
   *
   * @param slices into which the entities of a type are divided, each consumed by one node
   * @param maxInFlight how many events of a slice may be with the function at a time
   * @param start of new consumer groups
   * @param pollInterval how often other nodes' events are looked for
   * @param pageEvents how many events a slice reads ahead
   * @param pageBytes about how many bytes it reads at a time
   * @param maxOpenNumbers how many places in the log a slice may have passed, and not be done with
   * @param saveEvents after how many events the position is saved
   * @param saveInterval and after what time
   */
  public record EventLogs(
      int slices,
      int maxInFlight,
      Start start,
      Duration pollInterval,
      int pageEvents,
      long pageBytes,
      int maxOpenNumbers,
      int saveEvents,
      Duration saveInterval) {}
}
