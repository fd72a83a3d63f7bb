package io.cloudstate.bench;

import io.cloudstate.bench.Processes.Listening;
import io.cloudstate.bench.Processes.Node;
import io.cloudstate.bench.cluster.Cluster;
import io.cloudstate.bench.cluster.Home;
import io.cloudstate.bench.function.FunctionKind;
import io.cloudstate.bench.load.FirstReply;
import io.cloudstate.bench.load.LoadPlan;
import io.cloudstate.bench.load.LoadPlan.Method;
import io.cloudstate.bench.measure.Database;
import io.cloudstate.bench.measure.JavaProcess;
import io.cloudstate.bench.measure.ProcessTree;
import io.cloudstate.bench.report.Figure;
import io.cloudstate.bench.report.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Measures scenarios, each with processes of its own. The direct baselines are measured once. */
final class Bench {

  private static final double MEBIBYTE = 1024 * 1024;
  private static final long IDLE_MILLIS = 2_000;
  private static final int FIRST_ENTITIES = 1_000;
  private static final int LARGE_ENTITIES = 8;
  private static final int NODES = 3;
  private static final long PASSIVATION_FAR_AWAY_MILLIS = Duration.ofHours(6).toMillis();

  private final Options options;
  private final Supplier<Processes> newProcesses;
  private final Map<Integer, Row> directByInFlight = new HashMap<>();
  private final Map<String, Row> singleNodes = new HashMap<>();
  private long errors;

  /**
   * @param newProcesses the processes of one scenario, closed by us and by whoever made them
   */
  Bench(Options options, Supplier<Processes> newProcesses) {
    this.options = options;
    this.newProcesses = newProcesses;
  }

  /** Calls that failed so far, in any scenario, baselines included. */
  long errors() {
    return errors;
  }

  Row measure(Scenario scenario) throws IOException, InterruptedException {
    return switch (scenario.kind()) {
      case DIRECT -> direct(options.inFlight(scenario), scenario.name());
      case MEMORY, H2, POSTGRES -> proxied(scenario, FunctionKind.EVENT_SOURCED, counterMethod());
      case VALUE_MEMORY, VALUE_POSTGRES -> proxied(scenario, FunctionKind.VALUE, counterMethod());
      case CRDT_COUNTER -> proxied(scenario, FunctionKind.CRDT_COUNTER, counterMethod());
      case CRDT_ORSET_LARGE -> proxied(scenario, FunctionKind.CRDT_ORSET, counterMethod());
      case HTTP_JSON -> proxied(scenario, FunctionKind.EVENT_SOURCED, Method.INCREMENT_JSON);
      case ACTION_UNARY -> proxied(scenario, FunctionKind.ACTION, Method.ECHO);
      case ACTION_STREAMED -> proxied(scenario, FunctionKind.ACTION, Method.ECHO_ALL);
      case EVENTING_LOG, EVENTING_LOG_MEMORY ->
          eventing(scenario, FunctionKind.CONSUMES_LOG, Map.of());
      case EVENTING_TOPIC ->
          eventing(scenario, FunctionKind.CONSUMES_TOPIC, Map.of("EVENTING_SUPPORT", "in-process"));
      case EVENTING_KAFKA -> eventing(scenario, FunctionKind.CONSUMES_TOPIC, kafka());
      case CLUSTER_SINGLE, CLUSTER_POSTGRES_SINGLE -> singleNode(scenario);
      case CLUSTER_SPREAD, CLUSTER_POSTGRES_SPREAD -> spread(scenario);
      case CLUSTER_LOCAL, CLUSTER_POSTGRES_LOCAL -> throughOneNode(scenario, Home.HERE);
      case CLUSTER_REMOTE, CLUSTER_POSTGRES_REMOTE -> throughOneNode(scenario, Home.ELSEWHERE);
      case ENTITIES -> entities(scenario, FunctionKind.EVENT_SOURCED);
      case ENTITIES_VALUE -> entities(scenario, FunctionKind.VALUE);
      case ENTITIES_CRDT -> entities(scenario, FunctionKind.CRDT_COUNTER);
      case START -> start(scenario);
    };
  }

  private Row direct(int inFlight, String name) throws IOException, InterruptedException {
    var known = directByInFlight.get(inFlight);
    if (known != null) {
      return known;
    }
    say(name + ": " + inFlight + " in flight on the plain gRPC server");
    try (var processes = newProcesses.get()) {
      var server = processes.startDirect();
      var load =
          new Load(
              processes, plan(server.port(), inFlight, counterMethod()), List.of(server.process()));
      load.watch(Figure.FUNCTION_CPU, server.process().tree());
      var row = run(load, new Row(name), null);
      row.with(Figure.DIRECT_RATIO, 1);
      directByInFlight.put(inFlight, row);
      return row;
    }
  }

  private Row proxied(Scenario scenario, FunctionKind kind, Method method)
      throws IOException, InterruptedException {
    var inFlight = options.inFlight(scenario);
    var baseline = direct(inFlight, "direct baseline");
    say(scenario.name() + ": " + inFlight + " in flight");
    try (var processes = newProcesses.get()) {
      var database =
          scenario.kind().store() == Scenario.Store.POSTGRES ? processes.startDatabase() : null;
      var function = processes.startFunction(kind, 0);
      var proxy = processes.startProxy(function.port(), scenario.kind().store(), database, null);
      var plan = plan(proxy.port(), inFlight, method).withAtMost(entities(kind));
      var load = load(processes, plan, proxy, function, database);
      var row = run(load, new Row(scenario.name()), options.profile());
      ratio(Figure.DIRECT_RATIO, row, baseline);
      memory(List.of(proxy), row);
      return row;
    }
  }

  private static void ratio(Figure figure, Row row, Row baseline) {
    var measured = row.get(Figure.COMMANDS_PER_SECOND);
    var compared = baseline.get(Figure.COMMANDS_PER_SECOND);
    if (measured != null && compared != null && compared > 0) {
      row.with(figure, measured / compared);
    }
  }

  private static Map<String, String> kafka() {
    var servers = System.getenv(Scenario.KAFKA_SERVERS);
    if (servers == null) {
      throw new IllegalStateException(
          "no Kafka (expected: its address, in the variable " + Scenario.KAFKA_SERVERS + ")");
    }
    return Map.of("EVENTING_SUPPORT", "kafka", Scenario.KAFKA_SERVERS, servers);
  }

  /** Increments, and how soon an action of the same function hears of them. */
  private Row eventing(Scenario scenario, FunctionKind kind, Map<String, String> broker)
      throws IOException, InterruptedException {
    var inFlight = options.inFlight(scenario);
    say(scenario.name() + ": " + inFlight + " in flight");
    try (var processes = newProcesses.get()) {
      var store = scenario.kind().store();
      var database = store == Scenario.Store.POSTGRES ? processes.startDatabase() : null;
      var function = processes.startFunction(kind, 0);
      var proxy = processes.startProxy(function.port(), store, database, null, broker);
      try (var events = new HandledProbe(function.port())) {
        var load =
            load(
                processes,
                plan(proxy.port(), inFlight, Method.INCREMENT),
                proxy,
                function,
                database);
        load.within(events);
        var row = run(load, new Row(scenario.name()), options.profile());
        events.report(row);
        var missing = events.awaitRest();
        if (missing > 0) {
          errors += missing;
          say(missing + " events were not handled");
        }
        memory(List.of(proxy), row);
        return row;
      }
    }
  }

  /** A cluster of one: what a cluster of several is compared with. */
  private Row singleNode(Scenario scenario) throws IOException, InterruptedException {
    var known = singleNodes.get(scenario.name());
    if (known != null) {
      return known;
    }
    var row = cluster(scenario, 1, 1, Home.ANYWHERE).with(Figure.SINGLE_NODE_RATIO, 1);
    singleNodes.put(scenario.name(), row);
    return row;
  }

  /** Through all nodes, entities of all nodes. */
  private Row spread(Scenario scenario) throws IOException, InterruptedException {
    var baseline = singleNode(scenario.onSingleNode());
    var row = cluster(scenario, NODES, NODES, Home.ANYWHERE);
    ratio(Figure.SINGLE_NODE_RATIO, row, baseline);
    return row;
  }

  private Row throughOneNode(Scenario scenario, Home home)
      throws IOException, InterruptedException {
    return cluster(scenario, NODES, 1, home);
  }

  /**
   * Commands for entities that stay where they are.
   *
   * @param number of nodes
   * @param called how many of them are called
   * @param home of the entities, seen from the first node
   */
  private Row cluster(Scenario scenario, int number, int called, Home home)
      throws IOException, InterruptedException {
    var inFlight = options.inFlight(scenario);
    say(scenario.name() + ": " + inFlight + " in flight, nodes: " + number);
    try (var processes = newProcesses.get()) {
      var store = scenario.kind().store();
      var database = store == Scenario.Store.POSTGRES ? processes.startDatabase() : null;
      var nodes = processes.startCluster(FunctionKind.EVENT_SOURCED, number, store, database);
      var proxies = nodes.stream().map(Node::proxy).toList();
      var cluster =
          new Cluster(
              nodes.stream().map(Node::managementPort).toList(),
              proxies.stream().map(Listening::process).toList());
      cluster.awaitSettled(options.startTimeoutSeconds() * 1000L);
      var ports = proxies.stream().limit(called).map(Listening::port).toList();
      var plan = plan(ports, inFlight, counterMethod());
      var keys = processes.writeKeys(cluster.keys(plan.allCounters(), home));
      var functions = nodes.stream().map(Node::function).toList();
      var load = load(processes, plan.withKeys(keys), proxies, functions, database);
      var isAskedFor = options.scenarios().contains(scenario); // or else a baseline
      var row = run(load, new Row(scenario.name()), isAskedFor ? options.profile() : null);
      if (!cluster.isAsSettled()) {
        errors++;
        say("shards have moved while they were measured");
      }
      memory(proxies, row);
      return row.with(Figure.NODES, number);
    }
  }

  /** The first entities bring what is needed once: classes, connections, buffers. */
  private Row entities(Scenario scenario, FunctionKind kind)
      throws IOException, InterruptedException {
    say(scenario.name() + ": " + options.loadedEntities() + " of them, called once each");
    try (var processes = newProcesses.get()) {
      var function = processes.startFunction(kind, PASSIVATION_FAR_AWAY_MILLIS);
      var proxy =
          processes.startProxy(function.port(), scenario.kind().store(), null, options.profile());
      var heap = new JavaProcess(proxy.process().tree());
      var first = load(processes, eachOnce(proxy.port(), FIRST_ENTITIES), proxy, function, null);
      run(first, new Row("first entities"), null);
      Thread.sleep(IDLE_MILLIS);
      var before = heap.liveHeapBytes();
      var all = eachOnce(proxy.port(), options.loadedEntities());
      var load = load(processes, all, proxy, function, null);
      var row = run(load, new Row(scenario.name()), null);
      Thread.sleep(IDLE_MILLIS);
      var after = heap.liveHeapBytes();
      if (before.isPresent() && after.isPresent()) {
        var grown = (double) (after.getAsLong() - before.getAsLong());
        row.with(Figure.HEAP_PER_ENTITY, grown / options.loadedEntities());
      } else {
        say("no heap figures: the proxy is not a JVM that jcmd can ask");
      }
      memory(List.of(proxy), row);
      return row;
    }
  }

  private Row start(Scenario scenario) throws InterruptedException {
    say(scenario.name() + ": " + options.starts() + " times");
    var row = new Row(scenario.name());
    var millis = new ArrayList<Double>();
    for (var i = 0; i < options.starts(); i++) {
      try (var processes = newProcesses.get()) {
        var function = processes.startFunction(FunctionKind.EVENT_SOURCED, 0);
        var from = System.nanoTime();
        var proxy =
            processes.startProxy(function.port(), scenario.kind().store(), null, options.profile());
        awaitFirstReply(proxy);
        millis.add((System.nanoTime() - from) / 1e6);
        memory(List.of(proxy), row);
      }
    }
    return row.with(Figure.START, median(millis));
  }

  private void awaitFirstReply(Listening proxy) throws InterruptedException {
    try {
      FirstReply.await(proxy.port(), options.startTimeoutSeconds() * 1000L);
    } catch (IllegalStateException e) {
      throw new IllegalStateException(
          e.getMessage() + "; last lines of the proxy:\n" + proxy.process().lastLines(), e);
    }
  }

  static double median(List<Double> values) {
    var sorted = values.stream().sorted().toList();
    var middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** Of all of them together, if all of them tell. */
  private static void memory(List<Listening> proxies, Row row) {
    sum(proxies, ProcessTree::residentBytes)
        .ifPresent(bytes -> row.with(Figure.PROXY_RSS, bytes / MEBIBYTE));
    sum(proxies, tree -> new JavaProcess(tree).liveHeapBytes())
        .ifPresent(bytes -> row.with(Figure.PROXY_HEAP, bytes / MEBIBYTE));
  }

  private static OptionalLong sum(
      List<Listening> proxies, Function<ProcessTree, OptionalLong> bytes) {
    var sum = 0L;
    for (var proxy : proxies) {
      var each = bytes.apply(proxy.process().tree());
      if (each.isEmpty()) {
        return each;
      }
      sum += each.getAsLong();
    }
    return OptionalLong.of(sum);
  }

  private Row run(Load load, Row row, @Nullable Path profile)
      throws IOException, InterruptedException {
    var measured = load.run(row, profile);
    errors += load.errors();
    return measured;
  }

  private static Load load(
      Processes processes,
      LoadPlan plan,
      Listening proxy,
      Listening function,
      @Nullable Database database) {
    return load(processes, plan, List.of(proxy), List.of(function), database);
  }

  private static Load load(
      Processes processes,
      LoadPlan plan,
      List<Listening> proxies,
      List<Listening> functions,
      @Nullable Database database) {
    var needed = Stream.concat(proxies.stream(), functions.stream()).map(Listening::process);
    var load = new Load(processes, plan, needed.toList());
    proxies.forEach(proxy -> load.watch(Figure.PROXY_CPU, proxy.process().tree()));
    functions.forEach(function -> load.watch(Figure.FUNCTION_CPU, function.process().tree()));
    if (database != null) {
      load.watch(Figure.DATABASE_CPU, database.tree());
    }
    return load;
  }

  private Method counterMethod() {
    return options.reads() ? Method.READ : Method.INCREMENT;
  }

  private LoadPlan plan(int port, int inFlight, Method method) {
    return plan(List.of(port), inFlight, method);
  }

  /** With as many connections to each port, if that many calls are in flight. */
  private LoadPlan plan(List<Integer> ports, int inFlight, Method method) {
    var each = (options.connections() + ports.size() - 1) / ports.size();
    return new LoadPlan(
        ports,
        Processes.generatorThreads(),
        Math.min(each * ports.size(), inFlight),
        inFlight,
        options.inFlight(),
        options.entities(),
        options.warmUpSeconds() * 1000L,
        options.durationSeconds() * 1000L,
        options.startTimeoutSeconds() * 1000L,
        method,
        null);
  }

  private LoadPlan eachOnce(int port, int entities) {
    return new LoadPlan(
        List.of(port),
        Processes.generatorThreads(),
        options.connections(),
        options.inFlight(),
        options.inFlight(),
        entities,
        0,
        0,
        options.startTimeoutSeconds() * 1000L,
        counterMethod(),
        null);
  }

  /** Large ones are few. */
  private int entities(FunctionKind kind) {
    return kind == FunctionKind.CRDT_ORSET ? LARGE_ENTITIES : options.entities();
  }

  private static void say(String line) {
    System.err.println(line);
  }
}
