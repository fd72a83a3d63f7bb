/**
 * The nodes of a service: how this one finds the others, joins them and leaves, and what it tells
 * of itself on the management port. In come the settings and what the other stages say of
 * themselves, out go Akka's settings, the moment at which this node is a member, and answers to
 * probes. It knows no entity and serves no call.
 */
@NullMarked
package io.cloudstate.proxy.cluster;

import org.jspecify.annotations.NullMarked;
