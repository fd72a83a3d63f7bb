/**
 * The {@code out} of methods: replies of direct calls on their way to a topic. In come calls and
 * what they are answered with, and replies that are stored to be published; out go events to the
 * broker, and answers when those are published. It consumes nothing.
 */
@NullMarked
package io.cloudstate.proxy.eventing.out;

import org.jspecify.annotations.NullMarked;
