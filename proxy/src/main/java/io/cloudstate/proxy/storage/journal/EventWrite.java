package io.cloudstate.proxy.storage.journal;

import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.storage.outbox.OutgoingReply;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Events of one entity that are written together or not at all.
 *
 * @param persistenceId the entity's, at most 255 characters
 * @param firstSequence number of the first event; the others follow without gaps
 * @param events at least one
 * @param outgoing what is published because of them, if the store has an outbox
 */
public record EventWrite(
    String persistenceId,
    long firstSequence,
    List<Payload> events,
    @Nullable OutgoingReply outgoing) {

  /** Nothing is published because of these. */
  public EventWrite(String persistenceId, long firstSequence, List<Payload> events) {
    this(persistenceId, firstSequence, events, null);
  }

  public long lastSequence() {
    return firstSequence + events.size() - 1;
  }
}
