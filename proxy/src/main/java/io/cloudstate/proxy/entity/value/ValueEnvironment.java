package io.cloudstate.proxy.entity.value;

import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.entity.EntityEnvironment;
import io.cloudstate.proxy.storage.journal.StoreHealth;
import io.cloudstate.proxy.storage.store.ValueStore;

/**
 * What every value entity works with.
 *
 * @param shared as every other entity
 * @param storeHealth is told how the store answered
 */
public record ValueEnvironment(
    EntityEnvironment shared,
    ValueStore store,
    StoreHealth storeHealth,
    ProxySettings.ValueEntities settings) {}
