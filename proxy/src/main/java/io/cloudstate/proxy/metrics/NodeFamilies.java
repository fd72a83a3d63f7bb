package io.cloudstate.proxy.metrics;

import java.util.function.BooleanSupplier;

/** What is asked for, and not counted: this node, its cluster, and whom it works with. */
final class NodeFamilies {

  private NodeFamilies() {}

  static void add(Families families, Node node) {
    families.gauge(
        "cloudstate_function_up",
        "1 while the user function can be reached",
        callback -> callback.call(asNumber(node.isFunctionUp())));
    families.gauge(
        "cloudstate_store_up",
        "1 while the store can be used",
        callback -> callback.call(asNumber(node.isStoreUp())));
    families.gauge(
        "cloudstate_cluster_members",
        "Nodes of the cluster as this one sees them, by status",
        callback -> node.members().get().forEach((status, count) -> callback.call(count, status)),
        "status");
    families.gauge(
        "cloudstate_cluster_unreachable_members",
        "Those of them that do not answer",
        callback -> callback.call((double) node.unreachable().getAsLong()));
    families.gauge(
        "cloudstate_sharding_shards",
        "Shards on this node; as of some seconds ago",
        callback -> node.shards().get().forEach((name, count) -> callback.call(count, name)),
        CommandFamilies.LABEL);
    families.gauge(
        "cloudstate_replication_keys",
        "CRDTs that this node holds, loaded or not; as of some seconds ago",
        callback -> callback.call((double) node.replicatedKeys().getAsLong()));
    families.counter(
        "cloudstate_replication_bytes_total",
        "Bytes of CRDTs and their changes, written to be sent or compared, or read",
        callback -> {
          callback.call((double) node.writtenBytes().getAsLong(), "written");
          callback.call((double) node.readBytes().getAsLong(), "read");
        },
        "direction");
  }

  private static int asNumber(BooleanSupplier holds) {
    return holds.getAsBoolean() ? 1 : 0;
  }
}
