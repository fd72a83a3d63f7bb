/**
 * What all kinds of entity share: how the router sees a kind, and the life of an instance that has
 * one stream to the user function and stored state. Commands come in, answers go out, each exactly
 * once. No kind knows another, and nothing here knows a transport or a store.
 *
 * <p>{@code ShardedEntities} takes a command to its instance, {@code EntityActor} does the I/O,
 * {@code EntitySession} decides what I/O there is to do, and {@code Violations} says all that a
 * caller or log gets to read of a function's mistakes. A kind extends actor and session by what it
 * loads and stores.
 */
@NullMarked
package io.cloudstate.proxy.entity;

import org.jspecify.annotations.NullMarked;
