/**
 * What the samples have in common, so that each shows its own part alone: answering discovery,
 * running the server, carrying the messages of a stream, and the main method of a client. No
 * support library: it knows nothing of state, commands or replies.
 */
@NullMarked
package io.cloudstate.samples.kit;

import org.jspecify.annotations.NullMarked;
