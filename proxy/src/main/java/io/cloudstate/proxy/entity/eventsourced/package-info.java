/**
 * Event sourced entities: one actor per instance, sharded, with one stream to the user function.
 * Commands come in, events are stored, and only then answers go out. It knows no other kind, no
 * transport of the serving side and no table.
 */
@NullMarked
package io.cloudstate.proxy.entity.eventsourced;

import org.jspecify.annotations.NullMarked;
