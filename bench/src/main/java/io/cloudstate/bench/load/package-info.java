/**
 * The load generator, a process of its own. In come how many calls to keep in flight on how many
 * connections for how long; out go counts and latencies, and lines on standard output that tell its
 * phases. It never blocks an event loop, and never drops a failed call silently.
 */
@NullMarked
package io.cloudstate.bench.load;

import org.jspecify.annotations.NullMarked;
