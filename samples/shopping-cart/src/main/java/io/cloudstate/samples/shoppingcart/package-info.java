/**
 * A user function for event sourced shopping carts, which also counts what was sold, written
 * directly on the protocol, and a small client for it. In come discovery, stored events and
 * commands from a proxy; out go replies, new events and now and then a snapshot. It never stores
 * anything and never shares state between streams.
 */
@NullMarked
package io.cloudstate.samples.shoppingcart;

import org.jspecify.annotations.NullMarked;
