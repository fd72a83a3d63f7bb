package io.cloudstate.proxy.eventing;

import io.cloudstate.proxy.discovery.eventing.EventConsumer;

/**
 * A consumer of the catalog, and what it has done on this node; outlives changes of the catalog.
 */
record RunningConsumer(EventConsumer definition, ConsumerCounters counters) {}
