/**
 * Event sourced entities: one actor per instance, sharded, with one stream to the user function.
 * Commands come in, events are stored, and only then answers go out. It knows no other kind, no
 * transport of the serving side and no table.
 *
 * <p>{@link io.cloudstate.proxy.entity.eventsourced.EventSourcedKind} takes a command to its
 * instance, {@code EventSourcedEntity} is the actor that does the I/O, {@code EventSourcedSession}
 * decides what I/O there is to do, and {@code Messages} says all that a caller or log gets to read.
 */
@NullMarked
package io.cloudstate.proxy.entity.eventsourced;

import org.jspecify.annotations.NullMarked;
