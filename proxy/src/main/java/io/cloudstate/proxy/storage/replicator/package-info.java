/**
 * Values that every node of the cluster holds and may change, kept in Akka's Distributed Data. In
 * come changes to be applied here and spread, out go the value as it is on this node, the moment at
 * which enough nodes have a change, and word of changes made elsewhere. It knows no CRDT of the
 * protocol, only that values merge.
 */
@NullMarked
package io.cloudstate.proxy.storage.replicator;

import org.jspecify.annotations.NullMarked;
