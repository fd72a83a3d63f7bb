/**
 * The proxy suite: the kit plays the client and the user function, and the proxy under test stands
 * between; or the function is a real one, and the kit between the two. In come the stage and its
 * patience; out go messages, and mismatches. One class for each chapter of {@code
 * docs/reference/protocol.md}; it knows no class of any proxy.
 */
@NullMarked
package io.cloudstate.tck.suite.proxy;

import org.jspecify.annotations.NullMarked;
