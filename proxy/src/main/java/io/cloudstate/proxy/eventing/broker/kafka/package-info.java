/**
 * Kafka as a broker, by Kafka's own client. In come settings, events and handlers, out go records
 * and the offsets of what is done with; CloudEvents are read and written in binary and structured
 * mode. The only package that knows Kafka; its secrets never reach a log.
 */
@NullMarked
package io.cloudstate.proxy.eventing.broker.kafka;

import org.jspecify.annotations.NullMarked;
