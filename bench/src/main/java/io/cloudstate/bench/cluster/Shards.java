package io.cloudstate.bench.cluster;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Which shards each node has.
 *
 * @param byNode nodes without any too
 */
record Shards(Map<String, Set<String>> byNode) {

  private static final Pattern NODE = Pattern.compile("\"(akka://[^\"]+)\":\\{([^}]*)}");
  private static final Pattern SHARD = Pattern.compile("\"([^\"]+)\":\\d+");

  /** Of one type of entity, as the management port tells it: nodes, shards, numbers of entities. */
  static Shards parse(String json) {
    var byNode = new TreeMap<String, Set<String>>();
    var node = NODE.matcher(json);
    while (node.find()) {
      var shards = new TreeSet<String>();
      SHARD.matcher(node.group(2)).results().forEach(shard -> shards.add(shard.group(1)));
      byNode.put(node.group(1), shards);
    }
    return new Shards(byNode);
  }

  int nodes() {
    return byNode.size();
  }

  /** Whether all nodes have some, and none more than one above another: nothing is to be moved. */
  boolean areEven() {
    var counts = byNode.values().stream().mapToInt(Set::size).summaryStatistics();
    return nodes() > 0 && counts.getMin() > 0 && counts.getMax() - counts.getMin() <= 1;
  }

  /** Whether all shards of another look are where they were. */
  boolean haveStayedSince(Shards before) {
    return before.byNode.entrySet().stream()
        .allMatch(
            then -> byNode.getOrDefault(then.getKey(), Set.of()).containsAll(then.getValue()));
  }
}
