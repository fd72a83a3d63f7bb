/**
 * Eventing: what is consumed from event logs and topics, and what is published to topics. In come
 * the consumers that the catalog plans and the events of their sources, out go calls to the router
 * and events to the broker. It knows no wire format of a broker, no client and no kind of entity.
 */
@NullMarked
package io.cloudstate.proxy.eventing;

import org.jspecify.annotations.NullMarked;
