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
public record EventWrite(String persistenceId, long firstSequence, List<Payload> events) {}
