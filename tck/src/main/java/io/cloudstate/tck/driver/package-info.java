/**
 * The ends that the kit plays, under scripts: a client of the proxy, the user function behind it,
 * the proxy in front of a function, and who stands between the two. In come the messages that a
 * script sends and expects; out go akka-grpc servers and clients, and every message, as text, to
 * the exchange of the rule. It never decides what is right: that the scripts say.
 */
@NullMarked
package io.cloudstate.tck.driver;

import org.jspecify.annotations.NullMarked;
