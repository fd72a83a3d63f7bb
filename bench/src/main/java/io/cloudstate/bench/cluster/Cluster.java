package io.cloudstate.bench.cluster;

import io.cloudstate.bench.measure.ChildProcess;
import io.cloudstate.bench.wire.CounterMethods;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The nodes of a cluster, and where its counters live, seen from the first node. */
public final class Cluster {

  private static final long LOOK_EVERY_MILLIS = 200;
  private static final int LOOKS = 5;
  private static final long ANSWERS_WITHIN_MILLIS = 60_000;

  /** Of shards that are not spread evenly a tenth moves every ten seconds. */
  private static final long SETTLES_WITHIN_MILLIS = 180_000;

  /** Of a hundred shards hardly one has none of them; such a one is given out when it is called. */
  private static final int OVER_ALL_SHARDS = 500;

  private final List<ManagementPort> nodes;
  private final List<ChildProcess> proxies;
  private String here = "";
  private Shards settled = new Shards(Map.of());

  /**
   * @param managementPorts of the nodes
   * @param proxies that have to run
   */
  public Cluster(List<Integer> managementPorts, List<ChildProcess> proxies) {
    var http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    this.nodes = managementPorts.stream().map(port -> new ManagementPort(http, port)).toList();
    this.proxies = List.copyOf(proxies);
  }

  /**
   * Waits until all nodes take calls, and shards have been given out so that none has to move.
   *
   * @param startMillis how long the nodes may take to become a cluster
   */
  public void awaitSettled(long startMillis) throws InterruptedException {
    await("ready nodes, all of them with shards to come", startMillis, this::complete);
    here = await("name of the node", ANSWERS_WITHIN_MILLIS, first()::self);
    for (var i = 0; i < OVER_ALL_SHARDS; i++) {
      nodeOf("settling-" + i);
    }
    settled = awaitRest();
  }

  /** Names of counters that nobody has called, and that live there. */
  public List<String> keys(int number, Home home) throws InterruptedException {
    var keys = new ArrayList<String>();
    for (var i = 0; keys.size() < number; i++) {
      var key = "placed-" + i;
      if (home.isAt(nodeOf(key), here)) {
        keys.add(key);
      }
    }
    return keys;
  }

  /** Whether every shard is still where it was when the cluster had settled. */
  public boolean isAsSettled() throws InterruptedException {
    for (var look = 0; look < LOOKS; look++) { // a busy node may be left out of one
      if (shards().haveStayedSince(settled)) {
        return true;
      }
      Thread.sleep(LOOK_EVERY_MILLIS);
    }
    return false;
  }

  private Shards awaitRest() throws InterruptedException {
    var deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SETTLES_WITHIN_MILLIS);
    var last = settled;
    for (var unchanged = 0; unchanged < LOOKS; ) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "shards do not come to rest within %d ms, at last %s (expected: evenly on %d nodes)"
                .formatted(SETTLES_WITHIN_MILLIS, last, nodes.size()));
      }
      Thread.sleep(LOOK_EVERY_MILLIS);
      var now = shards();
      var isAtRest = now.nodes() == nodes.size() && now.areEven() && now.equals(last);
      unchanged = isAtRest ? unchanged + 1 : 0;
      last = now;
    }
    return last;
  }

  /** Present when all nodes take calls and the shards can go to any of them. */
  private Optional<Shards> complete() throws InterruptedException {
    for (var node : nodes) {
      if (!node.isReady()) {
        return Optional.empty();
      }
    }
    return first().shards().filter(shards -> shards.nodes() == nodes.size());
  }

  private Shards shards() throws InterruptedException {
    return await("list of shards", ANSWERS_WITHIN_MILLIS, first()::shards);
  }

  private String nodeOf(String key) throws InterruptedException {
    return await(
        "node of " + key,
        ANSWERS_WITHIN_MILLIS,
        () -> first().nodeOf(CounterMethods.PERSISTENCE_ID, key));
  }

  private ManagementPort first() {
    return nodes.get(0);
  }

  /** Something to be seen, or nothing yet. */
  private interface Look<T> {
    Optional<T> take() throws InterruptedException;
  }

  private <T> T await(String what, long millis, Look<T> look) throws InterruptedException {
    var deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (true) {
      var seen = look.take();
      if (seen.isPresent()) {
        return seen.get();
      }
      proxies.forEach(ChildProcess::requireRunning);
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("the cluster has no " + what + " after " + millis + " ms");
      }
      Thread.sleep(LOOK_EVERY_MILLIS);
    }
  }
}
