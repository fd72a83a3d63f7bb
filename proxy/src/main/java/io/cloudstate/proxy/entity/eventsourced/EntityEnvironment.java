package io.cloudstate.proxy.entity.eventsourced;

import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.storage.journal.EventReader;
import io.cloudstate.proxy.storage.journal.StoreHealth;
import io.cloudstate.proxy.userfunction.UserFunction;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What every event sourced entity works with.
 *
 * @param storeHealth is told how the store answered
 * @param reports takes complaints for the function's developer; returns at once
 * @param nanoTime the clock of {@link io.cloudstate.proxy.call.Call#deadlineNanos()}
 */
public record EntityEnvironment(
    UserFunction userFunction,
    EventReader events,
    StoreHealth storeHealth,
    ProxySettings.Entities entities,
    ProxySettings.EventSourced eventSourced,
    Duration streamCloseTimeout,
    Consumer<String> reports,
    LongSupplier nanoTime) {}
