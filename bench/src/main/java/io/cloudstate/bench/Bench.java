package io.cloudstate.bench;

import io.cloudstate.bench.Processes.Listening;
import io.cloudstate.bench.function.FunctionKind;
import io.cloudstate.bench.load.FirstReply;
import io.cloudstate.bench.load.LoadPlan;
import io.cloudstate.bench.load.LoadPlan.Method;
import io.cloudstate.bench.load.LoadResult;
import io.cloudstate.bench.measure.ChildProcess;
import io.cloudstate.bench.measure.Database;
import io.cloudstate.bench.measure.JavaProcess;
import io.cloudstate.bench.measure.ProcessTree;
import io.cloudstate.bench.report.Figure;
import io.cloudstate.bench.report.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Measures scenarios, each with processes of its own. The direct baselines are measured once. */
final class Bench {

  private static final double MEBIBYTE = 1024 * 1024;
  private static final long SLACK_MILLIS = 90_000;
  private static final long IDLE_MILLIS = 2_000;
  private static final int FIRST_ENTITIES = 1_000;
  private static final int LARGE_ENTITIES = 8;
  private static final long PASSIVATION_FAR_AWAY_MILLIS = Duration.ofHours(6).toMillis();

  private final Options options;
  private final Supplier<Processes> newProcesses;
  private final Map<Integer, Row> directByInFlight = new HashMap<>();
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
      var row = load.run(new Row(name), null);
      row.with(Figure.DIRECT_RATIO, 1);
      directByInFlight.put(inFlight, row);
      return row;
    }
  }

  private Row proxied(Scenario scenario, FunctionKind kind, Method method)
      throws IOException, InterruptedException {
    var inFlight = options.inFlight(scenario);
    var baseline = direct(inFlight, "direct baseline").get(Figure.COMMANDS_PER_SECOND);
    say(scenario.name() + ": " + inFlight + " in flight");
    try (var processes = newProcesses.get()) {
      var database =
          scenario.kind().store() == Scenario.Store.POSTGRES ? processes.startDatabase() : null;
      var function = processes.startFunction(kind, 0);
      var proxy = processes.startProxy(function.port(), scenario.kind().store(), database, null);
      var plan = plan(proxy.port(), inFlight, method).withAtMost(entities(kind));
      var load = load(processes, plan, proxy, function, database);
      var row = load.run(new Row(scenario.name()), options.profile());
      var proxied = row.get(Figure.COMMANDS_PER_SECOND);
      if (baseline != null && proxied != null && baseline > 0) {
        row.with(Figure.DIRECT_RATIO, proxied / baseline);
      }
      memory(proxy, row);
      return row;
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
        var row = load.run(new Row(scenario.name()), options.profile());
        events.report(row);
        var missing = events.awaitRest();
        if (missing > 0) {
          errors += missing;
          say(missing + " events were not handled");
        }
        memory(proxy, row);
        return row;
      }
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
      load(processes, eachOnce(proxy.port(), FIRST_ENTITIES), proxy, function, null)
          .run(new Row("first entities"), null);
      Thread.sleep(IDLE_MILLIS);
      var before = heap.liveHeapBytes();
      var row =
          load(processes, eachOnce(proxy.port(), options.loadedEntities()), proxy, function, null)
              .run(new Row(scenario.name()), null);
      Thread.sleep(IDLE_MILLIS);
      var after = heap.liveHeapBytes();
      if (before.isPresent() && after.isPresent()) {
        var grown = (double) (after.getAsLong() - before.getAsLong());
        row.with(Figure.HEAP_PER_ENTITY, grown / options.loadedEntities());
      } else {
        say("no heap figures: the proxy is not a JVM that jcmd can ask");
      }
      memory(proxy, row);
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
        memory(proxy, row);
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

  private static void memory(Listening proxy, Row row) {
    var tree = proxy.process().tree();
    tree.residentBytes().ifPresent(bytes -> row.with(Figure.PROXY_RSS, bytes / MEBIBYTE));
    new JavaProcess(tree)
        .liveHeapBytes()
        .ifPresent(bytes -> row.with(Figure.PROXY_HEAP, bytes / MEBIBYTE));
  }

  private Load load(
      Processes processes,
      LoadPlan plan,
      Listening proxy,
      Listening function,
      @Nullable Database database) {
    var load = new Load(processes, plan, List.of(proxy.process(), function.process()));
    load.watch(Figure.PROXY_CPU, proxy.process().tree());
    load.watch(Figure.FUNCTION_CPU, function.process().tree());
    if (database != null) {
      load.watch(Figure.DATABASE_CPU, database.tree());
    }
    return load;
  }

  private Method counterMethod() {
    return options.reads() ? Method.READ : Method.INCREMENT;
  }

  private LoadPlan plan(int port, int inFlight, Method method) {
    return new LoadPlan(
        port,
        Processes.generatorThreads(),
        Math.min(options.connections(), inFlight),
        inFlight,
        options.inFlight(),
        options.entities(),
        options.warmUpSeconds() * 1000L,
        options.durationSeconds() * 1000L,
        options.startTimeoutSeconds() * 1000L,
        method);
  }

  private LoadPlan eachOnce(int port, int entities) {
    return new LoadPlan(
        port,
        Processes.generatorThreads(),
        options.connections(),
        options.inFlight(),
        options.inFlight(),
        entities,
        0,
        0,
        options.startTimeoutSeconds() * 1000L,
        counterMethod());
  }

  /** Large ones are few. */
  private int entities(FunctionKind kind) {
    return kind == FunctionKind.CRDT_ORSET ? LARGE_ENTITIES : options.entities();
  }

  private static void say(String line) {
    System.err.println(line);
  }

  /** One run of the generator, and the processor time others use meanwhile. */
  private final class Load {

    private final Processes processes;
    private final LoadPlan plan;
    private final List<ChildProcess> needed;
    private final Map<Figure, ProcessTree> watched = new EnumMap<>(Figure.class);
    private @Nullable HandledProbe events;

    /**
     * @param needed what has to run all the while
     */
    Load(Processes processes, LoadPlan plan, List<ChildProcess> needed) {
      this.processes = processes;
      this.plan = plan;
      this.needed = needed;
    }

    void watch(Figure figure, ProcessTree tree) {
      watched.put(figure, tree);
    }

    /** Has this probe know when what is measured begins and ends. */
    void within(HandledProbe probe) {
      events = probe;
    }

    /**
     * @param profile where to write a recording of the proxy, from shortly before the window
     */
    Row run(Row row, @Nullable Path profile) throws IOException, InterruptedException {
      var generator = processes.startGenerator(plan);
      watch(Figure.GENERATOR_CPU, generator.tree());
      await(generator, "ready", plan.startTimeoutMillis() * 2);
      if (profile != null) {
        await(generator, "settling", plan.warmUpMillis());
        proxy().startRecording();
      }
      await(generator, "measuring", plan.warmUpMillis());
      if (events != null) {
        events.begin();
      }
      var before = cpuMicros();
      await(generator, "measured", plan.durationMillis() + plan.entities() * 100L);
      var after = cpuMicros();
      if (events != null) {
        events.end();
      }
      if (profile != null) {
        proxy().stopRecording(profile);
      }
      var result = LoadResult.parse(await(generator, "result", 0));
      report(generator, result);
      figures(row, result);
      watched.forEach(
          (figure, tree) -> {
            var used = after.getOrDefault(figure, 0L) - before.getOrDefault(figure, 0L);
            row.with(figure, (double) used / Math.max(1, result.commands()));
          });
      return row;
    }

    private String await(ChildProcess generator, String line, long millis)
        throws InterruptedException {
      return generator.awaitLine(line, millis + SLACK_MILLIS, needed);
    }

    private JavaProcess proxy() {
      return new JavaProcess(needed.get(0).tree());
    }

    private Map<Figure, Long> cpuMicros() {
      var micros = new EnumMap<Figure, Long>(Figure.class);
      watched.forEach((figure, tree) -> micros.put(figure, tree.cpuMicros()));
      return micros;
    }

    private void report(ChildProcess generator, LoadResult result) {
      errors += result.errors();
      if (result.errors() > 0 || result.commands() == 0) {
        errors += result.commands() == 0 ? 1 : 0;
        say(result.errors() + " errors, " + result.commands() + " commands answered");
        say(generator.lastLines());
        needed.forEach(process -> say(process.lastLines()));
      }
    }

    private static void figures(Row row, LoadResult result) {
      row.with(Figure.COMMANDS_PER_SECOND, result.commandsPerSecond())
          .with(Figure.P50, result.p50Nanos() / 1e6)
          .with(Figure.P99, result.p99Nanos() / 1e6)
          .with(Figure.P999, result.p999Nanos() / 1e6);
    }
  }
}
