/**
 * The link to the user function: opens, watches and ends streams to it, and says when the
 * connection is lost and back. Protocol messages go out and come in, in order per stream, within
 * the bounds of flow control. It knows no kind of entity and interprets no message.
 */
@NullMarked
package io.cloudstate.proxy.userfunction;

import org.jspecify.annotations.NullMarked;
