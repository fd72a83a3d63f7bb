/**
 * The protocol's eight data types as one node holds them. In come the deltas of functions and
 * changes of other nodes, out go new values, the changes to spread and the deltas for functions. It
 * decides nothing about when, and does no I/O.
 */
@NullMarked
package io.cloudstate.proxy.entity.crdt.data;

import org.jspecify.annotations.NullMarked;
