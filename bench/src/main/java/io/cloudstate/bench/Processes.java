package io.cloudstate.bench;

import static java.util.stream.Collectors.joining;

import io.cloudstate.bench.function.FunctionKind;
import io.cloudstate.bench.function.FunctionMain;
import io.cloudstate.bench.load.LoadMain;
import io.cloudstate.bench.load.LoadPlan;
import io.cloudstate.bench.measure.ChildProcess;
import io.cloudstate.bench.measure.Database;
import io.cloudstate.testing.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Starts the processes of a scenario, and ends them in reverse order. One that is started after
 * {@link #close} began is refused, so that an interrupted run leaves nothing behind.
 */
final class Processes implements AutoCloseable {

  private static final long FUNCTION_START_MILLIS = 30_000;
  private static final String LOOPBACK = "127.0.0.1";
  private static final int CORES = Runtime.getRuntime().availableProcessors();

  /** A server of ours and where it listens. */
  record Listening(ChildProcess process, int port) {}

  /** A proxy of a cluster with the function beside it. */
  record Node(Listening proxy, Listening function, int managementPort) {}

  private final Options options;
  private final Path proxy;
  private final Path temporary;
  private final Path logs;
  private final Deque<AutoCloseable> running = new ArrayDeque<>();
  private boolean closed;

  /**
   * @param proxy the module's directory
   * @param temporary for data, and for logs if the options name no other place
   */
  Processes(Options options, Path proxy, Path temporary) {
    this.options = options;
    this.proxy = proxy;
    this.temporary = temporary;
    var kept = options.logs();
    this.logs = kept == null ? temporary : kept;
  }

  Listening startDirect() throws InterruptedException {
    return startServer(FunctionKind.DIRECT, FunctionKind.DIRECT.process(), 0, 0);
  }

  Listening startFunction(FunctionKind kind, long passivationMillis) throws InterruptedException {
    return startServer(kind, kind.process(), options.functionStreams(), passivationMillis);
  }

  private Listening startServer(FunctionKind kind, String name, int streams, long passivationMillis)
      throws InterruptedException {
    var command = java(FunctionMain.class, "-Xmx1g");
    command.addAll(
        List.of(
            kind.name(),
            Integer.toString(Math.max(1, CORES / 2)),
            Integer.toString(streams),
            Long.toString(passivationMillis)));
    var process = started(() -> ChildProcess.startTalking(name, command, log(name)));
    var port = process.awaitLine("listening", FUNCTION_START_MILLIS, List.of());
    return new Listening(process, Integer.parseInt(port));
  }

  Database startDatabase() {
    return started(() -> Database.start(fresh("postgres"), log("postgres")));
  }

  /**
   * Starts the proxy and does not wait for it.
   *
   * @param recording a file for a recording of its whole life
   */
  Listening startProxy(
      int functionPort,
      Scenario.Store store,
      @Nullable Database database,
      @Nullable Path recording) {
    return startProxy(functionPort, store, database, recording, Map.of());
  }

  /**
   * The same.
   *
   * @param further environment variables
   */
  Listening startProxy(
      int functionPort,
      Scenario.Store store,
      @Nullable Database database,
      @Nullable Path recording,
      Map<String, String> further) {
    var port = FreePort.find();
    var environment = environment(port, functionPort, store, database);
    environment.putAll(further);
    return startProxy("proxy", port, environment, recording);
  }

  private Map<String, String> environment(
      int port, int functionPort, Scenario.Store store, @Nullable Database database) {
    var environment = new HashMap<String, String>();
    environment.put("HTTP_PORT", Integer.toString(port));
    environment.put("USER_FUNCTION_HOST", LOOPBACK);
    environment.put("USER_FUNCTION_PORT", Integer.toString(functionPort));
    environment.put("CLOUDSTATE_STORE", store.setting());
    environment.put("CLOUDSTATE_H2_FILE", fresh("h2").resolve("data").toString());
    environment.putAll(database == null ? Map.of() : database.environment());
    return environment;
  }

  private Listening startProxy(
      String name, int port, Map<String, String> environment, @Nullable Path recording) {
    var command = proxyCommand(recording);
    var process = started(() -> ChildProcess.start(name, command, environment, log(name)));
    return new Listening(process, port);
  }

  /**
   * Starts the nodes of a cluster, each with a function, and does not wait for them to become one.
   */
  List<Node> startCluster(
      FunctionKind kind, int number, Scenario.Store store, @Nullable Database database)
      throws InterruptedException {
    var ports = IntStream.range(0, 3 * number).mapToObj(i -> FreePort.find()).toList();
    var remoting = ports.subList(0, number);
    var management = ports.subList(number, 2 * number);
    var serving = ports.subList(2 * number, 3 * number);
    var seeds = remoting.stream().map(port -> LOOPBACK + ":" + port).collect(joining(","));
    var nodes = new ArrayList<Node>();
    for (var i = 0; i < number; i++) {
      var function = startServer(kind, "function-" + (i + 1), options.functionStreams(), 0);
      var environment = environment(serving.get(i), function.port(), store, database);
      environment.put("CLUSTER_SEED_NODES", seeds);
      environment.put("REMOTING_HOST", LOOPBACK);
      environment.put("REMOTING_PORT", remoting.get(i).toString());
      environment.put("MANAGEMENT_HOST", LOOPBACK);
      environment.put("MANAGEMENT_PORT", management.get(i).toString());
      environment.put("METRICS_PORT", "0");
      var proxy = startProxy("proxy-" + (i + 1), serving.get(i), environment, null);
      nodes.add(new Node(proxy, function, management.get(i)));
    }
    return nodes;
  }

  private List<String> proxyCommand(@Nullable Path recording) {
    var command = new ArrayList<String>();
    var given = options.proxyCommand();
    if (given != null) {
      command.addAll(List.of("bash", "-c", given));
      return command;
    }
    command.addAll(List.of(javaProgram(), "-Xmx" + options.proxyHeap()));
    command.addAll(javaOptions());
    var ofJvm = options.proxyJavaOptions();
    command.addAll(ofJvm == null ? List.of("@" + proxy.resolve("jvm.options")) : ofJvm);
    if (recording != null) {
      command.add("-XX:StartFlightRecording=filename=" + recording + ",settings=profile");
    } else if (options.profile() != null) {
      // The first recording of a JVM has much of its code compiled again: not in the window,
      // please.
      command.add("-XX:StartFlightRecording=name=warm-up,settings=profile,maxsize=1m");
    }
    options.proxySettings().forEach(setting -> command.add("-Dcloudstate.proxy." + setting));
    command.addAll(List.of("-jar", proxy.resolve("target/cloudstate-proxy.jar").toString()));
    return command;
  }

  /** A file that a {@link LoadPlan} can name. */
  Path writeKeys(List<String> keys) throws IOException {
    return Files.write(fresh("keys").resolve("keys"), keys);
  }

  ChildProcess startGenerator(LoadPlan plan) {
    var command = java(LoadMain.class, "-Xmx256m");
    command.addAll(plan.arguments());
    return started(() -> ChildProcess.startTalking("generator", command, log("generator")));
  }

  static int generatorThreads() {
    return Math.max(1, CORES / 2);
  }

  /** Our own processes are small: they do without concurrent collectors. */
  private static List<String> java(Class<?> main, String heap) {
    var command = new ArrayList<String>();
    command.addAll(List.of(javaProgram(), heap, "-XX:+UseSerialGC"));
    command.addAll(javaOptions());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    return command;
  }

  private static String javaProgram() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** What the libraries do is fine with newer JDKs too, which otherwise warn about it. */
  private static List<String> javaOptions() {
    return Runtime.version().feature() < 24
        ? List.of("-Xshare:auto")
        : List.of(
            "-Xshare:auto",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");
  }

  private Path log(String name) {
    return logs.resolve(name + ".log");
  }

  /** A directory that did not exist. */
  private Path fresh(String name) {
    try {
      return Files.createTempDirectory(temporary, name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How something that has to be closed is started. */
  private interface Start<T extends AutoCloseable> {
    T start();
  }

  private synchronized <T extends AutoCloseable> T started(Start<T> start) {
    if (closed) {
      throw new IllegalStateException("interrupted");
    }
    var process = start.start();
    running.push(process);
    return process;
  }

  @Override
  public synchronized void close() {
    closed = true;
    while (!running.isEmpty()) {
      try {
        running.pop().close();
      } catch (Exception e) {
        System.err.println("while stopping: " + e);
      }
    }
  }
}
