package io.cloudstate.proxy.storage.journal;

import io.cloudstate.proxy.call.Payload;

/**
 * One event as a log has it.
 *
 * @param number its place among all events of all entities
 * @param sequence its place among the events of its entity
 * @param timestampMillis when it was written, since 1970
 */
public record LoggedEvent(
    long number, String persistenceId, long sequence, long timestampMillis, Payload payload) {}
