package io.cloudstate.bench.measure;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A process of ours. Its standard error goes to a log file, its standard output too unless {@link
 * #startTalking} was used, its standard input is a pipe that ends when we do. Closing it ends it
 * and all its descendants.
 */
public final class ChildProcess implements AutoCloseable {

  private static final long STOP_TIMEOUT_SECONDS = 15;
  private static final int SHOWN_LOG_LINES = 30;

  private final String name;
  private final Process process;
  private final Path log;
  private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();

  private ChildProcess(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  public static ChildProcess start(
      String name, List<String> command, Map<String, String> environment, Path log) {
    return start(name, command, environment, log, Redirect.appendTo(log.toFile()));
  }

  /** One whose lines on standard output are read by {@link #awaitLine}. */
  public static ChildProcess startTalking(String name, List<String> command, Path log) {
    var child = start(name, command, Map.of(), log, Redirect.PIPE);
    var reader = new Thread(child::readLines, name + "-reader");
    reader.setDaemon(true);
    reader.start();
    return child;
  }

  private static ChildProcess start(
      String name,
      List<String> command,
      Map<String, String> environment,
      Path log,
      Redirect output) {
    var builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.redirectOutput(output).redirectError(Redirect.appendTo(log.toFile()));
    try {
      return new ChildProcess(name, builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + name, e);
    }
  }

  public ProcessTree tree() {
    return new ProcessTree(process.pid());
  }

  /** Throws if the process has ended. */
  public void requireRunning() {
    if (!process.isAlive()) {
      throw new IllegalStateException(
          name + " has ended with " + process.exitValue() + "; its last lines:\n" + lastLines());
    }
  }

  /**
   * Waits for a line with this beginning and returns what follows it. Lines with other beginnings
   * are skipped.
   *
   * @param others processes that have to run all the while
   */
  public String awaitLine(String beginning, long timeoutMillis, List<ChildProcess> others)
      throws InterruptedException {
    var deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    while (System.nanoTime() < deadline) {
      var line = lines.poll(100, TimeUnit.MILLISECONDS);
      if (line != null && line.startsWith(beginning)) {
        return line.substring(beginning.length()).trim();
      }
      if (line == null) {
        others.forEach(ChildProcess::requireRunning);
        requireRunning();
      }
    }
    throw new IllegalStateException(
        name + " did not say '" + beginning + "' within " + timeoutMillis + " ms:\n" + lastLines());
  }

  /** All of its log, for what it has to say about errors. */
  public String logText() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return "no log: " + e.getMessage();
    }
  }

  public String lastLines() {
    var all = logText().lines().toList();
    return String.join("\n", all.subList(Math.max(0, all.size() - SHOWN_LOG_LINES), all.size()));
  }

  @Override
  public void close() {
    var all = tree().handles();
    all.forEach(ProcessHandle::destroy);
    var ended =
        CompletableFuture.allOf(
            all.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new));
    try {
      ended.get(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      System.err.println(name + " still runs after " + STOP_TIMEOUT_SECONDS + " s: killed");
      killAll(all);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      killAll(all);
    }
  }

  private static void killAll(List<ProcessHandle> all) {
    Consumer<ProcessHandle> kill = ProcessHandle::destroyForcibly;
    all.forEach(kill);
  }

  private void readLines() {
    try (var reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (var line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      // it has ended, or is being ended
    }
  }
}
