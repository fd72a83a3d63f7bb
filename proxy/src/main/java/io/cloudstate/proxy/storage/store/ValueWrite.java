package io.cloudstate.proxy.storage.store;

import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.storage.outbox.OutgoingReply;
import org.jspecify.annotations.Nullable;

/**
 * Replaces what is stored of an entity.
 *
 * @param expectedRevision of what the writer knows; what is written has the next one
 * @param value null to delete; the revision stays, so that deletions are fenced too
 * @param outgoing what is published because of it, if the store has an outbox
 */
public record ValueWrite(
    ValueKey key,
    long expectedRevision,
    @Nullable Payload value,
    @Nullable OutgoingReply outgoing) {

  /** Nothing is published because of it. */
  public ValueWrite(ValueKey key, long expectedRevision, @Nullable Payload value) {
    this(key, expectedRevision, value, null);
  }

  public long revision() {
    return expectedRevision + 1;
  }
}
