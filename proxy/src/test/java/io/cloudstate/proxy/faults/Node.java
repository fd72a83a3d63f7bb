package io.cloudstate.proxy.faults;

import io.cloudstate.proxy.faults.Callers.Kind;
import io.cloudstate.proxy.testing.AppendingClient;
import io.cloudstate.proxy.testing.FunctionProcess;
import io.cloudstate.proxy.testing.ProxyProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * A proxy and its function, each a process, and clients of the proxy. A process that ends is
 * started again by {@link #keep} as long as it is wanted, as Kubernetes does it.
 */
final class Node implements AutoCloseable {

  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(1);
  private static final Duration ENDS_WITHIN = Duration.ofMinutes(1);

  private final String host;
  private final int managementPort;
  private final List<String> within;
  private final ProxyProcess proxy;
  private final FunctionProcess function;
  private final Map<Kind, AppendingClient> clients = new EnumMap<>(Kind.class);
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(ANSWERS_WITHIN).build();
  private volatile boolean isWanted;
  private volatile boolean isFunctionWanted;
  private volatile boolean isReady;
  private volatile int life;
  private final Set<Integer> endedInOrder = ConcurrentHashMap.newKeySet();

  /**
   * A node that does not run.
   *
   * @param directory for its logs
   * @param environment of the proxy
   * @param arguments of the proxy
   */
  Node(
      int number,
      Network network,
      int managementPort,
      Path directory,
      Map<String, String> environment,
      List<String> arguments) {
    this.host = network.host(number);
    this.managementPort = managementPort;
    this.within = network.within(number);
    var place = directory(directory.resolve("node-" + number));
    this.function = new FunctionProcess(place, within);
    var all = new HashMap<>(environment);
    all.put("MANAGEMENT_HOST", host);
    all.put("MANAGEMENT_PORT", Integer.toString(managementPort));
    this.proxy =
        new ProxyProcess(place, function.port(), all, arguments.toArray(String[]::new))
            .at(host, within);
    for (var kind : Kind.values()) {
      clients.put(kind, kind.connect(host, proxy.port()));
    }
  }

  private static Path directory(Path path) {
    try {
      return Files.createDirectories(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String host() {
    return host;
  }

  ProxyProcess proxy() {
    return proxy;
  }

  FunctionProcess function() {
    return function;
  }

  /** A client of its entities of this kind. */
  AppendingClient client(Kind kind) {
    var client = clients.get(kind);
    if (client == null) {
      throw new AssertionError(kind);
    }
    return client;
  }

  /** How often its proxy has been started, by which its lives are told apart. */
  int life() {
    return life;
  }

  /** Those of its lives that have ended otherwise than by {@link #terminate}. */
  List<Integer> lostLives() {
    var over = proxy.isRunning() ? life - 1 : life;
    return IntStream.rangeClosed(1, over)
        .filter(number -> !endedInOrder.contains(number))
        .boxed()
        .toList();
  }

  /** Starts what does not run, and keeps it running. */
  synchronized void want() {
    isFunctionWanted = true;
    isWanted = true;
  }

  private synchronized void doNotWant() {
    isWanted = false;
  }

  /** Kills the proxy, which stays away. */
  void kill() throws InterruptedException {
    doNotWant();
    proxy.kill();
  }

  /** Ends the proxy in order; it stays away. */
  void terminate() throws InterruptedException {
    doNotWant();
    proxy.terminate(ENDS_WITHIN);
    endedInOrder.add(life);
  }

  /** Kills the function, which stays away. */
  void killFunction() throws InterruptedException {
    synchronized (this) {
      isFunctionWanted = false;
    }
    function.kill();
  }

  /** Lets what is halted go on, and starts what does not run. */
  synchronized void mend() {
    if (proxy.isRunning()) {
      proxy.goOn();
    }
    if (function.isRunning()) {
      function.goOn();
    }
    want();
  }

  /** Puts this before the proxy's command, from its next start on. */
  void prefix(List<String> command) {
    var all = new ArrayList<>(within);
    all.addAll(command);
    proxy.at(host, all);
  }

  /** Whether it can be sent calls, as of the last look. */
  boolean isReady() {
    return isReady;
  }

  /** Whether it is wanted and not ready. */
  boolean isMissing() {
    return isWanted && !isReady;
  }

  /** Starts what has ended, and looks whether it is ready. */
  void keep() throws IOException {
    startWhatIsWanted();
    var was = isReady;
    isReady = proxy.isRunning() && get("/ready").equals("OK");
    if (isReady && !was) {
      clients.values().forEach(AppendingClient::forgetFailures);
    }
  }

  private synchronized void startWhatIsWanted() throws IOException {
    if (isFunctionWanted && !function.isRunning()) {
      function.launch();
    }
    if (isWanted && !proxy.isRunning()) {
      life++;
      proxy.launch();
    }
  }

  /** What the management port answers; empty if it does not. */
  String get(String path) {
    var request =
        HttpRequest.newBuilder(URI.create("http://%s:%d%s".formatted(host, managementPort, path)))
            .timeout(ANSWERS_WITHIN);
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public synchronized void close() {
    isWanted = false;
    isFunctionWanted = false;
    clients.values().forEach(AppendingClient::close);
    proxy.close();
    function.close();
  }
}
