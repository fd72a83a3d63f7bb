package io.cloudstate.proxy.entity;

import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.userfunction.UserFunction;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What every entity of every kind works with.
 *
 * @param reports takes complaints for the function's developer; returns at once
 * @param metrics of the services
 * @param traces of the commands; null if nobody traces them
 * @param nanoTime the clock of {@link io.cloudstate.proxy.call.Call#deadlineNanos()}
 */
public record EntityEnvironment(
    UserFunction userFunction,
    ProxySettings.Entities entities,
    Duration streamCloseTimeout,
    Consumer<String> reports,
    EntityMetrics.Source metrics,
    @Nullable EntityTraces traces,
    LongSupplier nanoTime) {}
