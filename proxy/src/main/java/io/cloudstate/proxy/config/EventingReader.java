package io.cloudstate.proxy.config;

import io.cloudstate.proxy.config.EventingSettings.EventLogs;
import io.cloudstate.proxy.config.EventingSettings.Retries;

/** The settings of eventing, and whether they go together. */
final class EventingReader {

  private final SettingsReader reader;

  EventingReader(SettingsReader reader) {
    this.reader = reader;
  }

  EventingSettings read() {
    reader.checkOrder(
        KnownSettings.EVENTING_RETRIES_MIN_BACKOFF, KnownSettings.EVENTING_RETRIES_MAX_BACKOFF);
    return new EventingSettings(
        reader.get(KnownSettings.EVENTING_CALL_TIMEOUT),
        new Retries(
            reader.get(KnownSettings.EVENTING_RETRIES_MAX),
            reader.get(KnownSettings.EVENTING_RETRIES_MIN_BACKOFF),
            reader.get(KnownSettings.EVENTING_RETRIES_MAX_BACKOFF)),
        reader.get(KnownSettings.EVENTING_ON_FAILURE),
        reader.get(KnownSettings.EVENTING_ON_FAILURE_OF),
        new EventLogs(
            reader.get(KnownSettings.EVENTING_LOG_SLICES),
            reader.get(KnownSettings.EVENTING_LOG_MAX_IN_FLIGHT),
            reader.get(KnownSettings.EVENTING_LOG_START),
            reader.get(KnownSettings.EVENTING_LOG_POLL_INTERVAL),
            reader.get(KnownSettings.EVENTING_LOG_PAGE_EVENTS),
            reader.get(KnownSettings.EVENTING_LOG_PAGE_SIZE),
            reader.get(KnownSettings.EVENTING_LOG_MAX_OPEN_NUMBERS),
            reader.get(KnownSettings.EVENTING_LOG_SAVE_EVENTS),
            reader.get(KnownSettings.EVENTING_LOG_SAVE_INTERVAL)));
  }
}
