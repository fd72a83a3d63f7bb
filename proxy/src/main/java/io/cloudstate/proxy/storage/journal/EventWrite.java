package io.cloudstate.proxy.storage.journal;

import io.cloudstate.proxy.call.Payload;
import java.util.List;

/**
 * Events of one entity that are written together or not at all.
 *
 * @param persistenceId the entity's, at most 255 characters
 * @param firstSequence number of the first event; the others follow without gaps
 * @param events at least one
 */
public record EventWrite(String persistenceId, long firstSequence, List<Payload> events) {

  public long lastSequence() {
    return firstSequence + events.size() - 1;
  }

  /** Size of all payloads. */
  public long bytes() {
    var bytes = 0L;
    for (var event : events) {
      bytes += event.value().size();
    }
    return bytes;
  }
}
