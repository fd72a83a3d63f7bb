package io.cloudstate.proxy.storage.journal;

/**
 * What consumers of event logs need of a store.
 *
 * @param positions in the same database as the events
 */
public record EventLogStore(EventLog events, LogPositions positions) {}
