package io.cloudstate.proxy.testing;

import io.cloudstate.testing.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An {@link AppendingFunction} in a process of its own, which can be killed and halted. It keeps
 * its port and its log when it is started again.
 */
public final class FunctionProcess implements AutoCloseable {

  private final int port = FreePort.find();
  private final Path log;
  private final List<String> prefix;
  private boolean hasAddedMethod;
  private @Nullable Process process;

  /**
   * A function that does not run yet.
   *
   * @param directory for its log
   * @param prefix before the command, such as {@code ip netns exec one}; it must not stay
   */
  public FunctionProcess(Path directory, List<String> prefix) {
    this.log = directory.resolve("function.log");
    this.prefix = List.copyOf(prefix);
  }

  public int port() {
    return port;
  }

  /** Whether it tells of {@link AppendingFunction#ADDED_METHOD} when it is started again. */
  public void setAddedMethod(boolean isThere) {
    hasAddedMethod = isThere;
  }

  public boolean hasAddedMethod() {
    return hasAddedMethod;
  }

  /** Starts it, and does not wait: a proxy does. */
  public void launch() {
    var command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.addAll(
        List.of(
            FunctionMain.class.getName(),
            Integer.toString(port),
            Boolean.toString(hasAddedMethod)));
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public boolean isRunning() {
    return process != null && process.isAlive();
  }

  /** {@code kill -9}; returns when the process is gone. */
  public void kill() throws InterruptedException {
    running().destroyForcibly().waitFor();
  }

  /** {@code SIGSTOP}: connections stay, and nothing answers. */
  public void halt() {
    Signal.STOP.send(List.of(running().toHandle()));
  }

  /** Goes on after {@link #halt}. */
  public void goOn() {
    Signal.CONT.send(List.of(running().toHandle()));
  }

  /** What proxies sent and should not have, and what they reported as its mistakes, so far. */
  public List<String> wrongs() {
    try (var lines = Files.lines(log)) {
      return lines.filter(line -> line.startsWith(FunctionMain.WRONG)).toList();
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

  private Process running() {
    if (process == null) {
      throw new IllegalStateException("not started");
    }
    return process;
  }
}
