package io.cloudstate.proxy.entity.eventsourced;

import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.entity.EntityEnvironment;
import io.cloudstate.proxy.storage.journal.EventReader;
import io.cloudstate.proxy.storage.journal.StoreHealth;

/**
 * What every event sourced entity works with.
 *
 * @param shared as every other entity
 * @param storeHealth is told how the store answered
 */
public record EventSourcedEnvironment(
    EntityEnvironment shared,
    EventReader events,
    StoreHealth storeHealth,
    ProxySettings.EventSourced settings) {}
