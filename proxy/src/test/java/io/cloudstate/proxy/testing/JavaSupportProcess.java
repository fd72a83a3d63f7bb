package io.cloudstate.proxy.testing;

import static org.awaitility.Awaitility.await;

import io.cloudstate.testing.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The shopping cart on the published Java support library 0.5, in a process of its own: module
 * {@code samples/java-support-0.5}, which has to be packaged before.
 */
public final class JavaSupportProcess implements AutoCloseable {

  private static final Path JAR =
      Path.of("..", "samples", "java-support-0.5", "target", "shopping-cart-java-support.jar");
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  private final int port = FreePort.find();
  private final Path log;
  private final Process process;

  private JavaSupportProcess(Path directory, List<String> jvmOptions) throws IOException {
    this.log = directory.resolve("function.log");
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(jvmOptions);
    command.addAll(List.of("-jar", JAR.toAbsolutePath().toString()));
    var builder = new ProcessBuilder(command);
    builder.environment().put("HOST", "127.0.0.1");
    builder.environment().put("PORT", Integer.toString(port));
    this.process =
        builder
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
  }

  /**
   * Starts it, and waits until it takes connections.
   *
   * @param directory for its log
   * @param jvmOptions such as {@code -Dkey=value}, for the library's configuration
   */
  public static JavaSupportProcess start(Path directory, String... jvmOptions) throws IOException {
    if (!Files.exists(JAR)) {
      throw new IllegalStateException(
          JAR.toAbsolutePath() + " is not there: ./mvnw package -pl samples/java-support-0.5");
    }
    var started = new JavaSupportProcess(directory, List.of(jvmOptions));
    await()
        .atMost(START_TIMEOUT)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> started.isListening() || !started.process.isAlive());
    if (!started.process.isAlive()) {
      throw new AssertionError("the function has ended:\n" + started.log());
    }
    return started;
  }

  public int port() {
    return port;
  }

  /** All it has written. */
  public String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many lines of its log have this text. */
  public long logged(String text) {
    return log().lines().filter(line -> line.contains(text)).count();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private boolean isListening() {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
