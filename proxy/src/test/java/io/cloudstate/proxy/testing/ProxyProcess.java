package io.cloudstate.proxy.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.cloudstate.testing.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The proxy as it is packaged, in a process of its own. It keeps its port, its store and its log
 * when it is started again. Needs what {@code mvn package} makes.
 */
public final class ProxyProcess implements AutoCloseable {

  private static final Path JAR = Path.of("target", "cloudstate-proxy.jar");
  private static final long QUIET_MILLIS = 60;
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  private final int port = FreePort.find();
  private final int functionPort;
  private final Map<String, String> store;
  private final Path log;
  private final List<String> arguments;
  private String host = "127.0.0.1";
  private List<String> prefix = List.of();
  private String heap = "256m";
  private @Nullable Process process;

  /**
   * A proxy on an H2 file that does not run yet.
   *
   * @param directory for its database and its log
   * @param arguments of the program, such as {@code -Dcloudstate.proxy.relay-timeout=3s}
   */
  public ProxyProcess(Path directory, int functionPort, String... arguments) {
    this(
        directory,
        functionPort,
        Map.of(
            "CLOUDSTATE_STORE", "h2", "CLOUDSTATE_H2_FILE", directory.resolve("store").toString()),
        arguments);
  }

  /**
   * A proxy that does not run yet.
   *
   * @param directory for its log
   * @param store environment variables that say where its store is
   * @param arguments of the program
   */
  public ProxyProcess(
      Path directory, int functionPort, Map<String, String> store, String... arguments) {
    this.functionPort = functionPort;
    this.store = Map.copyOf(store);
    this.log = directory.resolve("proxy.log");
    this.arguments = List.of(arguments);
  }

  /** Starts with so much heap from now on, as for {@code -Xmx}. */
  public ProxyProcess withHeap(String size) {
    heap = size;
    return this;
  }

  /**
   * Starts there from now on.
   *
   * @param address by which this process reaches its ports
   * @param command before that of the proxy, such as {@code ip netns exec one}; it must not stay
   */
  public ProxyProcess at(String address, List<String> command) {
    host = address;
    prefix = List.copyOf(command);
    return this;
  }

  /** Where it serves. */
  public int port() {
    return port;
  }

  public long pid() {
    return running().pid();
  }

  /** Waits until the process has used next to no processor time for a second. */
  public void awaitIdle() {
    var last = new AtomicLong(-QUIET_MILLIS);
    await()
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              var now = processorMillis();
              return now - last.getAndSet(now) < QUIET_MILLIS;
            });
  }

  /** Bytes of all objects that are reachable, found by a full collection. */
  public long liveHeapBytes() throws IOException {
    var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    var histogram =
        new ProcessBuilder(jcmd, Long.toString(pid()), "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    var lines = new String(histogram.getInputStream().readAllBytes(), UTF_8).trim();
    var total = lines.substring(lines.lastIndexOf('\n') + 1).trim().split("\\s+");
    if (total.length != 3 || !total[0].equals("Total")) {
      throw new AssertionError("no histogram of the heap: " + lines);
    }
    return Long.parseLong(total[2]);
  }

  private long processorMillis() {
    return running().info().totalCpuDuration().orElse(Duration.ZERO).toMillis();
  }

  public boolean isRunning() {
    return process != null && process.isAlive();
  }

  /**
   * Starts it, and waits until it takes calls.
   *
   * @return how long that took
   */
  public Duration start() throws IOException {
    var from = System.nanoTime();
    launch();
    awaitServing();
    return Duration.ofNanos(System.nanoTime() - from);
  }

  /** Starts it, and does not wait. */
  public void launch() throws IOException {
    if (!Files.exists(JAR)) {
      throw new IllegalStateException(JAR.toAbsolutePath() + " is not there: run after package");
    }
    process = command().start();
  }

  private void awaitServing() {
    var started = running();
    await()
        .atMost(START_TIMEOUT)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> isListening() || !started.isAlive());
    if (!started.isAlive()) {
      throw new AssertionError("the proxy has ended:\n" + log());
    }
  }

  /** {@code SIGSTOP}: connections stay, and nothing answers. */
  public void halt() {
    Signal.STOP.send(List.of(running().toHandle()));
  }

  /** Goes on after {@link #halt}. */
  public void goOn() {
    Signal.CONT.send(List.of(running().toHandle()));
  }

  /** {@code kill -9}; returns when the process is gone. */
  public void kill() throws InterruptedException {
    running().destroyForcibly().waitFor();
  }

  /**
   * Sends TERM, and waits for the end.
   *
   * @return the exit code
   */
  public int terminate(Duration within) throws InterruptedException {
    var asked = running();
    asked.destroy();
    if (!asked.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("the proxy does not end within " + within + ":\n" + log());
    }
    return asked.exitValue();
  }

  /** All it has written, in all its lives. */
  public String log() {
    try {
      return Files.exists(log) ? Files.readString(log) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  private ProcessBuilder command() {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    // Quick to start, at the price of speed later: the tests start it often and run it briefly.
    var command = new ArrayList<>(prefix);
    command.addAll(
        List.of(
            java,
            "-Xmx" + heap,
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-jar",
            JAR.toAbsolutePath().toString()));
    command.addAll(arguments);
    var builder = new ProcessBuilder(command);
    builder.environment().put("HTTP_PORT", Integer.toString(port));
    builder.environment().put("MANAGEMENT_PORT", "0");
    builder.environment().put("METRICS_PORT", "0");
    builder.environment().put("USER_FUNCTION_HOST", "127.0.0.1");
    builder.environment().put("USER_FUNCTION_PORT", Integer.toString(functionPort));
    builder.environment().putAll(store);
    return builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
  }

  private boolean isListening() {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private Process running() {
    if (process == null) {
      throw new IllegalStateException("not started");
    }
    return process;
  }
}
