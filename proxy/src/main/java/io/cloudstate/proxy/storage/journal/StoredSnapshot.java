package io.cloudstate.proxy.storage.journal;

import io.cloudstate.proxy.call.Payload;

/**
 * A snapshot of an entity's state.
 *
 * @param sequence number of the last event folded into it
 */
public record StoredSnapshot(long sequence, Payload payload) {}
