/**
 * The ends that tests play: user functions, clients, and proxies to test, in this JVM ({@code
 * TestProxy}) or as a process of their own ({@code ProxyProcess}). {@code FakeUserFunction} does
 * what a test says; {@code AppendingFunction} and {@code Load} make many calls and keep a {@code
 * Ledger} of what was acknowledged. Nothing here knows how the proxy works inside.
 */
@NullMarked
package io.cloudstate.proxy.testing;

import org.jspecify.annotations.NullMarked;
