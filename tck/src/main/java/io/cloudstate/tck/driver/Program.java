package io.cloudstate.tck.driver;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A program that the kit starts and stops by a command of the shell. What it writes goes to a file.
 */
public class Program implements AutoCloseable {

  private static final int STOP_SECONDS = 20;

  private final String command;
  private final Map<String, String> environment;
  private final Path log;
  private @Nullable Process process;

  public Program(String command, Map<String, String> environment, Path log) {
    this.command = command;
    this.environment = Map.copyOf(environment);
    this.log = log;
  }

  public void start() throws IOException {
    var builder = new ProcessBuilder("sh", "-c", command);
    builder.environment().putAll(environment);
    process =
        builder
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
  }

  public boolean isRunning() {
    return process != null && process.isAlive();
  }

  public Path log() {
    return log;
  }

  /** {@code kill -9} of the program and of all that it has started. */
  public void kill() {
    end(ProcessHandle::destroyForcibly);
  }

  /** Asks it to stop, and kills it if it does not. */
  @Override
  public void close() {
    end(ProcessHandle::destroy);
    kill();
  }

  private void end(java.util.function.Consumer<ProcessHandle> how) {
    var running = process;
    if (running == null) {
      return;
    }
    var family = running.toHandle().descendants().toList();
    family.forEach(how);
    how.accept(running.toHandle());
    try {
      if (!running.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        running.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
