/**
 * What serves the counter: user functions for event sourced entities, value entities and CRDTs, and
 * the same logic as a plain gRPC server, each a process of its own. In come commands; out go
 * replies with events, values or deltas. It never logs a call, and never blocks.
 */
@NullMarked
package io.cloudstate.bench.function;

import org.jspecify.annotations.NullMarked;
