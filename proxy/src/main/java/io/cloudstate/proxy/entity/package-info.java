/**
 * What all kinds of entity share: how the router sees a kind, and the limits every kind keeps.
 * Commands come in, answers go out, each exactly once. No kind knows another, and nothing here
 * knows a transport.
 */
@NullMarked
package io.cloudstate.proxy.entity;

import org.jspecify.annotations.NullMarked;
