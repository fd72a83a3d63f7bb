/**
 * A user function for a small chat, written directly on the protocol: a value entity ({@link
 * io.cloudstate.samples.chat.ProfileSession}), a CRDT ({@link
 * io.cloudstate.samples.chat.RoomSession}) and an action ({@link
 * io.cloudstate.samples.chat.ChatAction}), and a small client for it. In come discovery, state,
 * changes and commands from a proxy; out go replies and what becomes of the state. It never stores
 * anything and never shares state between streams.
 */
@NullMarked
package io.cloudstate.samples.chat;

import org.jspecify.annotations.NullMarked;
