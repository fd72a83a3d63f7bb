/**
 * Settings as records, read and checked once at start. In come HOCON, system properties and the
 * environment; out goes ProxySettings or one error that names key, value and expectation. Nothing
 * else in the proxy reads configuration.
 */
@NullMarked
package io.cloudstate.proxy.config;

import org.jspecify.annotations.NullMarked;
