/**
 * Settings as records, read and checked once at start. In come program arguments, system
 * properties, the environment and HOCON files ({@link io.cloudstate.proxy.config.SettingSources});
 * out goes {@link io.cloudstate.proxy.config.ProxySettings} with warnings, or one {@link
 * io.cloudstate.proxy.config.InvalidSettings} that lists every problem with key, value, source and
 * expectation. Nothing else in the proxy reads configuration.
 *
 * <p>Each setting is declared once, in {@code KnownSettings}: its default, type, environment
 * variable and meaning, and with them the checks and {@code docs/reference/configuration.md}. A new
 * setting is a line there and one in {@code SettingsReader}.
 */
@NullMarked
package io.cloudstate.proxy.config;

import org.jspecify.annotations.NullMarked;
