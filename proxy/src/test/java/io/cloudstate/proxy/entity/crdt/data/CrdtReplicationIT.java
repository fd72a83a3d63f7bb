package io.cloudstate.proxy.entity.crdt.data;

import static io.cloudstate.proxy.entity.crdt.data.Deltas.gcounter;
import static io.cloudstate.proxy.entity.crdt.data.Deltas.orset;
import static io.cloudstate.proxy.entity.crdt.data.Deltas.vote;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import com.typesafe.config.ConfigFactory;
import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.proxy.config.ProxySettings.Replication;
import io.cloudstate.proxy.storage.replicator.AkkaReplica;
import io.cloudstate.proxy.storage.replicator.Node;
import io.cloudstate.proxy.storage.replicator.Read;
import io.cloudstate.proxy.storage.replicator.Replica;
import io.cloudstate.proxy.storage.replicator.ReplicaKey;
import io.cloudstate.proxy.storage.replicator.Update;
import io.cloudstate.proxy.storage.replicator.WriteLevel;
import io.cloudstate.proxy.storage.replicator.Written;
import io.cloudstate.testing.FreePort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Actor systems that form a cluster over wires that are counted and cut. */
class CrdtReplicationIT {

  private static final ReplicaKey KEY = new ReplicaKey("crdts", "a");
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final int LARGE = 100_000;
  private static final long NOW = 1000;

  private final List<TestNode> nodes = new ArrayList<>();

  /** How often nodes compare what they hold; long where a test is about changes alone. */
  private Duration gossipInterval = Duration.ofSeconds(2);

  /** How long nodes may take to answer; short where they are not to. */
  private Duration timeout = PATIENCE;

  private record TestNode(ActorSystem<Void> system, Wire wire, Replica<Crdt> replica) {}

  @AfterEach
  void stop() throws Exception {
    for (var node : nodes) {
      node.system.terminate();
    }
    for (var node : nodes) {
      node.system.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
      node.wire.close();
    }
  }

  @Test
  void anElementAddedToALargeSetCostsAFewHundredBytes() {
    gossipInterval = Duration.ofMinutes(2);
    var one = start();
    var other = start();
    assertThat(write(one, WriteLevel.ALL, largeSet())).isEqualTo(new Written.Done());
    awaitElements(other, LARGE);
    assertThat(bytes()).isGreaterThan(1_000_000);
    awaitQuiet();

    var costs = new ArrayList<Long>();
    for (var i = 0; i < 51; i++) {
      var before = bytes();
      write(one, WriteLevel.LOCAL, orset("one more " + i));
      awaitElements(other, LARGE + i + 1);
      costs.add(bytes() - before);
    }
    Collections.sort(costs);
    // what the cluster says meanwhile is counted too; half of them, for a comparison of the nodes
    // that falls between a change and its sending costs the whole set
    assertThat(costs.get(25)).isLessThan(3_000);
  }

  @Test
  void aNodeThatJoinsGetsTheWholeLargeSet() {
    var one = start();
    write(one, WriteLevel.LOCAL, largeSet());
    write(one, WriteLevel.LOCAL, orset("one more"));

    awaitElements(start(), LARGE + 1);
  }

  @Test
  void aNodeThatWasCutOffGetsTheWholeLargeSetWhenItIsBack() {
    timeout = Duration.ofSeconds(2);
    var one = start();
    var other = start();
    other.wire.cut();
    one.wire.cut();
    write(one, WriteLevel.LOCAL, largeSet());
    write(other, WriteLevel.LOCAL, orset("other's"));
    assertThat(write(one, WriteLevel.MAJORITY, orset("one's")))
        .isEqualTo(new Written.NotReplicated());
    assertThat(elements(read(one))).isEqualTo(LARGE + 1);

    one.wire.heal();
    other.wire.heal();
    awaitElements(other, LARGE + 2);
    awaitElements(one, LARGE + 2);
  }

  @Test
  void whatANodeDidStaysWhenItIsGoneAndIsKeptInTheNameOfAnother() {
    var one = start();
    var other = start();
    write(other, WriteLevel.ALL, gcounter(5));
    write(one, WriteLevel.ALL, gcounter(1));

    other.system.terminate();

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              var value = ((Read.Found<Crdt>) read(one)).value();
              assertThat(value.contributors()).containsExactly(one.replica.self());
              assertThat(delta(value)).isEqualTo(gcounter(6));
            });
  }

  @Test
  void aLoadKnowsWhatAMajorityKnows() throws Exception {
    gossipInterval = Duration.ofMinutes(2);
    var one = start();
    write(one, WriteLevel.LOCAL, gcounter(42));
    var other = start();
    assertThat(get(other.replica.load(KEY)))
        .isInstanceOfSatisfying(
            Read.Found.class,
            found -> assertThat(delta((Crdt) found.value())).isEqualTo(gcounter(42)));
  }

  @Test
  void aLoadWithoutAMajorityIsContentWithThisNode() throws Exception {
    timeout = Duration.ofSeconds(2);
    var one = start();
    var other = start();
    write(one, WriteLevel.LOCAL, gcounter(42));
    other.wire.cut();
    one.wire.cut();
    assertThat(get(one.replica.load(KEY))).isInstanceOf(Read.Found.class);
    assertThat(get(one.replica.load(new ReplicaKey("crdts", "b")))).isInstanceOf(Read.Absent.class);
  }

  @Test
  void aDeletedKeyIsDeletedEverywhereForEver() throws Exception {
    var one = start();
    var other = start();
    write(one, WriteLevel.ALL, gcounter(42));
    var seen = new ConcurrentLinkedQueue<Read<Crdt>>();
    other.replica.subscribe(KEY, seen::add);

    assertThat(get(one.replica.delete(KEY, WriteLevel.LOCAL))).isEqualTo(new Written.Done());

    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(seen).last().isInstanceOf(Read.Deleted.class));
    for (var node : nodes) {
      assertThat(get(node.replica.load(KEY))).isInstanceOf(Read.Deleted.class);
      assertThat(get(node.replica.read(KEY))).isInstanceOf(Read.Deleted.class);
      assertThat(write(node, WriteLevel.LOCAL, gcounter(1))).isEqualTo(new Written.Deleted());
      assertThat(get(node.replica.delete(KEY, WriteLevel.ALL))).isEqualTo(new Written.Done());
    }
  }

  @Test
  void whatTheValueDoesNotTakeIsRefused() {
    var one = start();
    write(one, WriteLevel.LOCAL, gcounter(42));
    assertThat(write(one, WriteLevel.ALL, orset("a")))
        .isEqualTo(new Written.Refused("ORSetDelta is incompatible with CRDT GCounter(42)"));
    assertThat(delta(((Read.Found<Crdt>) read(one)).value())).isEqualTo(gcounter(42));
  }

  @Test
  void typesInConflictEndAsOneOnAllNodes() {
    var one = start();
    var other = start();
    one.wire.cut();
    other.wire.cut();
    write(one, WriteLevel.LOCAL, orset("a"));
    write(other, WriteLevel.LOCAL, gcounter(1));
    one.wire.heal();
    other.wire.heal();
    for (var node : nodes) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                var value = ((Read.Found<Crdt>) read(node)).value();
                assertThat(value.type()).isEqualTo(CrdtType.GCOUNTER);
                assertThat(value.hasTypeConflict()).isTrue();
              });
    }
  }

  @Test
  void listenersAreToldOfChangesOnceForSeveral() {
    var one = start();
    var other = start();
    write(one, WriteLevel.ALL, gcounter(1));
    var seen = new ConcurrentLinkedQueue<Read<Crdt>>();
    var subscription = other.replica.subscribe(KEY, seen::add);
    await().atMost(PATIENCE).until(() -> !seen.isEmpty());
    for (var i = 0; i < 1000; i++) {
      one.replica.update(KEY, WriteLevel.LOCAL, change(one, gcounter(1)));
    }
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(seen)
                    .last()
                    .isInstanceOfSatisfying(
                        Read.Found.class,
                        found ->
                            assertThat(delta((Crdt) found.value())).isEqualTo(gcounter(1001))));
    assertThat(seen).hasSizeLessThan(500);
    subscription.close();
  }

  @Test
  void aListenerThatWasAloneIsToldOfWhatNodesChangeThatComeLater() {
    var one = start();
    write(one, WriteLevel.LOCAL, gcounter(1));
    var seen = new ConcurrentLinkedQueue<Read<Crdt>>();
    var subscription = one.replica.subscribe(KEY, seen::add);
    var other = start();
    other.replica.update(KEY, WriteLevel.LOCAL, change(other, gcounter(10)));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(seen)
                    .last()
                    .isInstanceOfSatisfying(
                        Read.Found.class,
                        found -> assertThat(delta((Crdt) found.value())).isEqualTo(gcounter(11))));
    subscription.close();
  }

  @Test
  void aListenerThatFailsDoesNotKeepOthersFromTheirAnswers() {
    var one = start();
    var two = start();
    one.replica.subscribe(
        KEY,
        read -> {
          throw new IllegalStateException("planted");
        });
    write(two, WriteLevel.ALL, gcounter(1));
    var seen = new ConcurrentLinkedQueue<Read<Crdt>>();
    var other = new ReplicaKey("crdts", "b");
    one.replica.subscribe(other, seen::add);
    get(two.replica.update(other, WriteLevel.LOCAL, change(two, gcounter(1))));
    await().atMost(PATIENCE).until(() -> !seen.isEmpty());
    assertThat(write(one, WriteLevel.LOCAL, gcounter(1))).isEqualTo(new Written.Done());
  }

  @Test
  void aNodeThatLeavesIsNoMemberAnyMore() throws Exception {
    var one = start();
    var other = start();
    write(other, WriteLevel.ALL, vote(true));
    var seen = new ConcurrentLinkedQueue<Set<Node>>();
    one.replica.subscribeToMembers(seen::add);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(seen).last().matches(m -> m.size() == 2));

    other.system.terminate();

    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(seen).last().isEqualTo(Set.of(one.replica.self())));
    assertThat(one.replica.members()).isEqualTo(Set.of(one.replica.self()));
  }

  private TestNode start() {
    var port = FreePort.find();
    var wire = Wire.to(port);
    var config =
        ConfigFactory.parseString(
                """
                akka.remote.artery.canonical.port = %d
                akka.remote.artery.bind.hostname = "127.0.0.1"
                akka.remote.artery.bind.port = %d
                akka.cluster.distributed-data.pruning-interval = 1s
                akka.cluster.distributed-data.max-pruning-dissemination = 1s
                akka.coordinated-shutdown.exit-jvm = off
                akka.loglevel = WARNING
                """
                    .formatted(wire.port(), port))
            .withFallback(ConfigFactory.load());
    var system = ActorSystem.<Void>create(Behaviors.empty(), "cloudstate", config);
    var cluster = Cluster.get(system);
    var first = nodes.isEmpty() ? system : nodes.get(0).system;
    cluster.manager().tell(Join.create(Cluster.get(first).selfMember().address()));
    var replica =
        AkkaReplica.<Crdt>start(
            system,
            new Replication(
                timeout,
                timeout,
                Duration.ofMillis(50),
                Duration.ofMillis(20),
                gossipInterval,
                1000,
                16 * 1024 * 1024));
    var node = new TestNode(system, wire, replica);
    nodes.add(node);
    for (var each : nodes) {
      await().atMost(PATIENCE).until(() -> each.replica.members().size() == nodes.size());
    }
    return node;
  }

  private long bytes() {
    return nodes.stream().mapToLong(node -> node.wire.bytes()).sum();
  }

  /** Until the comparisons that follow a node's arrival are over. */
  private void awaitQuiet() {
    var last = new AtomicLong();
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(2))
        .until(() -> bytes() - last.getAndSet(bytes()) < 50_000);
  }

  private static CrdtDelta largeSet() {
    return orset(IntStream.range(0, LARGE).mapToObj(i -> "element " + i).toArray(String[]::new));
  }

  private static Written write(TestNode node, WriteLevel level, CrdtDelta delta) {
    return get(node.replica.update(KEY, level, change(node, delta)));
  }

  private static Function<Optional<Crdt>, Update<Crdt>> change(TestNode node, CrdtDelta delta) {
    return held -> {
      var applied = Crdt.write(held, delta, node.replica.self(), NOW);
      return applied instanceof Applied.Changed changed
          ? new Update.Changed<>(changed.value(), changed.change())
          : new Update.Refused<>(((Applied.Illegal) applied).reason());
    };
  }

  private static Read<Crdt> read(TestNode node) {
    return get(node.replica.read(KEY));
  }

  private static void awaitElements(TestNode node, int count) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> elements(read(node)) == count);
  }

  private static int elements(Read<Crdt> read) {
    return read instanceof Read.Found<Crdt> found
        ? ((ORSet) found.value().root().valueOf(CrdtType.ORSET)).elements().byKey().size()
        : 0;
  }

  private static CrdtDelta delta(Crdt crdt) {
    var node = crdt.contributors().iterator().next();
    return crdt.initialDelta(new View(node, Set.of(node)));
  }

  private static <T> T get(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
