/**
 * Opens the store that the settings name. In come settings, out come what the actor system needs to
 * write to it, a reader of events and a store of values. It decides which store, and nothing else:
 * the stores are in the packages below, what they promise is in {@code journal} and {@code store}.
 */
@NullMarked
package io.cloudstate.proxy.storage;

import org.jspecify.annotations.NullMarked;
