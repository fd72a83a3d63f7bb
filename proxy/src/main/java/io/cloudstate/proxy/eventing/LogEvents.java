package io.cloudstate.proxy.eventing;

import io.cloudstate.proxy.storage.journal.LoggedEvent;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** What an event of a log is as a CloudEvent (spec/eventing.md 7). */
final class LogEvents {

  /** The name that CloudEvents has for the place among the events of a subject. */
  private static final String SEQUENCE = "sequence";

  private LogEvents() {}

  /**
   * The event as it was stored: JSON and primitive values keep their field 1.
   *
   * @param log persistence id of the entity's type
   */
  static CloudEvent cloudEvent(String log, LoggedEvent event) {
    return new CloudEvent(
        Long.toString(event.number()),
        log,
        event.payload().typeUrl(),
        EventPayloads.ANY_CONTENT_TYPE,
        Optional.empty(),
        Optional.of(event.persistenceId().substring(log.length() + 1)),
        Optional.of(Instant.ofEpochMilli(event.timestampMillis())),
        Map.of(SEQUENCE, Long.toString(event.sequence())),
        event.payload().value());
  }
}
