/**
 * Brokers: the one that lives in this process, and what all of them share. In come events to
 * publish and handlers of consumers, out go events in order per key, at least once, acknowledged
 * when their handler is done with them. It knows no call, no payload and nothing of why an event is
 * published.
 */
@NullMarked
package io.cloudstate.proxy.eventing.broker;

import org.jspecify.annotations.NullMarked;
