package io.cloudstate.proxy.metrics;

import io.cloudstate.proxy.eventing.ConsumerHere;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Where to ask about this node; must answer at once, on any thread.
 *
 * @param members how many have each status
 * @param shards how many of each type of entity are here
 * @param writtenBytes of CRDTs, so far
 * @param readBytes of CRDTs, so far
 * @param consumers of events, as far as they run here
 * @param outbox how many replies are stored to be published, by whichever node
 */
public record Node(
    BooleanSupplier isFunctionUp,
    BooleanSupplier isStoreUp,
    Supplier<Map<String, Integer>> members,
    LongSupplier unreachable,
    Supplier<Map<String, Integer>> shards,
    LongSupplier replicatedKeys,
    LongSupplier writtenBytes,
    LongSupplier readBytes,
    Supplier<List<ConsumerHere>> consumers,
    LongSupplier outbox) {}
