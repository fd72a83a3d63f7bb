/**
 * The nodes of a cluster, asked on their management ports. In come these ports; out goes where
 * shards are, and names of counters by where they live. It never changes anything on a node.
 */
@NullMarked
package io.cloudstate.bench.cluster;

import org.jspecify.annotations.NullMarked;
