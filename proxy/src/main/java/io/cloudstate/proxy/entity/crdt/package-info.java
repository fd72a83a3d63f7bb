/**
 * CRDT entities: one actor per instance on every node that uses it, each with a stream of its own
 * to its node's user function. Commands come in, several at a time; changes are replicated as far
 * as the function asks, and only then answers go out; changes from elsewhere reach the function as
 * deltas. It knows no other kind, no transport of the serving side and not how values travel.
 */
@NullMarked
package io.cloudstate.proxy.entity.crdt;

import org.jspecify.annotations.NullMarked;
