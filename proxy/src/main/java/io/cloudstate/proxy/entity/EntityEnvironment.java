package io.cloudstate.proxy.entity;

import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.userfunction.UserFunction;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What every entity of every kind works with.
 *
 * @param reports takes complaints for the function's developer; returns at once
 * @param metrics of the services
 * @param nanoTime the clock of {@link io.cloudstate.proxy.call.Call#deadlineNanos()}
 */
public record EntityEnvironment(
    UserFunction userFunction,
    ProxySettings.Entities entities,
    Duration streamCloseTimeout,
    Consumer<String> reports,
    EntityMetrics.Source metrics,
    LongSupplier nanoTime) {}
