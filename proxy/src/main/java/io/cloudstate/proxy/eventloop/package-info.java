/**
 * The threads that carry a command. Tasks come in from connections, entities and stores; they run
 * one after the other on each loop. Nothing here blocks or knows what a task is about.
 */
@NullMarked
package io.cloudstate.proxy.eventloop;

import org.jspecify.annotations.NullMarked;
