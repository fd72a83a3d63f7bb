package io.cloudstate.proxy.storage.journal;

import io.cloudstate.proxy.call.Payload;

/**
 * One event of the journal.
 *
 * @param sequence its number; the first event ever stored for an entity has 1, without gaps
 */
public record StoredEvent(long sequence, Payload payload) {}
