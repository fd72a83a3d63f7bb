package io.cloudstate.proxy.faults;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;
import static org.awaitility.Awaitility.await;

import io.cloudstate.proxy.faults.Asked.Life;
import io.cloudstate.proxy.testing.PostgresServer;
import io.cloudstate.proxy.testing.Relay;
import io.cloudstate.testing.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What is broken: three nodes on one database, which they reach by a relay. A node's proxy and
 * function are started again when they end, as long as they are wanted.
 */
final class World implements AutoCloseable {

  static final int NODES = 3;

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(150);
  private static final long LOOK_EVERY_MILLIS = 250;

  private final Network network;
  private final Path directory;
  private final Pace pace;
  private final Random random;
  private final PostgresServer database;
  private final Relay toDatabase;
  private final int managementPort = FreePort.find();
  private final int remotingPort = FreePort.find();
  private final List<Node> nodes;
  private final List<Node> kept = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  private World(Network network, Path directory, Pace pace, Random random) {
    this.network = network;
    this.directory = directory;
    this.pace = pace;
    this.random = random;
    this.database = PostgresServer.start(directory.resolve("postgres"));
    try {
      this.toDatabase = Relay.to(database.port(), InetAddress.getByName(network.home()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.nodes = IntStream.rangeClosed(1, NODES).mapToObj(this::member).toList();
  }

  /** Starts everything, and waits until all nodes are members of one cluster. */
  static World start(Network network, Path directory, Pace pace, Random random) {
    var world = new World(network, directory, pace, random);
    try {
      for (var node : world.nodes) {
        world.keep(node);
      }
      world.awaitAllReady();
      return world;
    } catch (RuntimeException e) {
      world.close();
      throw e;
    }
  }

  private Node member(int number) {
    var contactPoints =
        IntStream.rangeClosed(1, NODES)
            .mapToObj(each -> network.host(each) + ":" + managementPort)
            .collect(joining(","));
    return node(
        number,
        Map.of(
            "CLUSTER_CONTACT_POINTS",
            contactPoints,
            "REQUIRED_CONTACT_POINT_NR",
            "2",
            "REMOTING_HOST",
            network.host(number),
            "REMOTING_PORT",
            Integer.toString(remotingPort)));
  }

  private Node node(int number, Map<String, String> cluster) {
    var environment = new HashMap<>(cluster);
    environment.putAll(database.environment());
    environment.put("POSTGRES_SERVICE", network.home());
    environment.put("POSTGRES_PORT", Integer.toString(toDatabase.port()));
    var arguments =
        Stream.concat(
                // as many connections as the database has for all of them
                Stream.of("-Dcloudstate.proxy.jdbc.max-connections=4"), pace.arguments().stream())
            .toList();
    return new Node(number, network, managementPort, directory, environment, arguments);
  }

  private void keep(Node node) {
    node.want();
    kept.add(node);
    var keeper = new Thread(() -> keepUntilClosed(node), "keeper-of-" + node.host());
    keeper.setDaemon(true);
    keeper.start();
  }

  private void keepUntilClosed(Node node) {
    try {
      do {
        node.keep();
      } while (kept.contains(node) && !closed.await(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS));
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A node that knows nothing of the others, on their database. */
  Node addStranger() {
    var stranger = node(NODES + 1, Map.of());
    keep(stranger);
    await().atMost(LONGEST_WAIT).until(stranger::isReady);
    return stranger;
  }

  void remove(Node stranger) {
    kept.remove(stranger);
    stranger.close();
  }

  Pace pace() {
    return pace;
  }

  Network network() {
    return network;
  }

  PostgresServer database() {
    return database;
  }

  Relay toDatabase() {
    return toDatabase;
  }

  /** The nodes of the cluster; the first one has number 1. */
  List<Node> nodes() {
    return nodes;
  }

  /** All nodes that take calls: those of the cluster, and the stranger if there is one. */
  List<Node> kept() {
    return List.copyOf(kept);
  }

  int anyNumber() {
    return 1 + random.nextInt(NODES);
  }

  Node node(int number) {
    return nodes.get(number - 1);
  }

  /** The nodes of the cluster except one. */
  List<Integer> numbersExcept(int number) {
    return IntStream.rangeClosed(1, NODES).filter(each -> each != number).boxed().toList();
  }

  Random random() {
    return random;
  }

  /** Lets time pass. */
  void goOnFor(Duration time) throws InterruptedException {
    if (closed.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException("closed meanwhile");
    }
  }

  /** Waits until every node that is wanted can be sent calls. */
  void awaitAllReady() {
    await().atMost(LONGEST_WAIT).until(() -> kept.stream().noneMatch(Node::isMissing));
  }

  /** Waits until the others have thrown a node out of the cluster. */
  void awaitRemovalOf(int number) {
    var others = numbersExcept(number).stream().map(this::node).toList();
    await()
        .atMost(LONGEST_WAIT)
        .until(
            () ->
                others.stream()
                    .map(other -> other.get("/admin/members"))
                    .noneMatch(members -> members.isEmpty() || members.contains(host(number))));
  }

  private String host(int number) {
    return "@" + network.host(number) + ":";
  }

  /** Puts right what a fault may have left behind. */
  void mend() {
    network.heal();
    toDatabase.delayBy(Duration.ZERO);
    toDatabase.pointTo(database.port());
    toDatabase.heal();
    nodes.forEach(Node::mend);
  }

  /** Those lives of the nodes that have not ended in order. */
  Set<Life> lostLives() {
    return IntStream.rangeClosed(1, NODES)
        .boxed()
        .flatMap(number -> node(number).lostLives().stream().map(life -> new Life(number, life)))
        .collect(toSet());
  }

  /**
   * What the nodes did against the rules of the protocol, so far. That a change has reached too few
   * nodes is reported to functions too, and nobody's mistake.
   */
  List<String> wrongsSeenByFunctions() {
    return nodes.stream()
        .flatMap(node -> node.function().wrongs().stream())
        .filter(wrong -> !wrong.endsWith(Callers.NOT_AT_LEVEL))
        .toList();
  }

  @Override
  public void close() {
    closed.countDown();
    kept.forEach(Node::close);
    toDatabase.close();
    database.close();
  }
}
