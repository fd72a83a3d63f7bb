/**
 * What is to be published because of what was stored: written in one transaction with it, and taken
 * out when a broker has it. In come replies with their events, out come replies, oldest first. It
 * knows no broker and no event as brokers have it.
 */
@NullMarked
package io.cloudstate.proxy.storage.outbox;

import org.jspecify.annotations.NullMarked;
