package io.cloudstate.bench;

import io.cloudstate.bench.report.JsonLine;
import io.cloudstate.bench.report.Machine;
import io.cloudstate.bench.report.Row;
import io.cloudstate.bench.report.Table;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Measures what the arguments ask for. The system property {@code bench.root} names the checkout.
 * Exit codes: 0 if no call failed, 1 if some did or a scenario could not be run, 2 if the arguments
 * are wrong.
 */
public final class Main {

  private static final int FAILED = 1;
  private static final int WRONG_ARGUMENTS = 2;

  private final Options options;
  private final Path root = Path.of(System.getProperty("bench.root", "."));
  private final Path temporary;
  private final List<Processes> everStarted = new ArrayList<>();
  private boolean ending;
  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  private Main(Options options) throws IOException {
    this.options = options;
    temporary = Files.createTempDirectory("cloudstate-bench");
    var logs = options.logs();
    if (logs != null) {
      Files.createDirectories(logs);
    }
  }

  public static void main(String[] arguments) throws IOException {
    Options options;
    try {
      options = Options.parse(Arrays.asList(arguments));
    } catch (IllegalArgumentException e) {
      System.err.println("bench/run: " + e.getMessage() + "; see bench/run --help");
      System.exit(WRONG_ARGUMENTS);
      return;
    }
    System.exit(new Main(options).run());
  }

  private int run() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::cleanUp, "clean-up"));
    var bench = new Bench(options, this::newProcesses);
    var machine = Machine.line(root);
    (options.json() ? System.err : out).println(machine);
    var rows = new ArrayList<Row>();
    var failed = false;
    for (var scenario : options.scenarios()) {
      try {
        var row = bench.measure(scenario);
        rows.add(row);
        if (options.json()) {
          out.println(JsonLine.of(row));
        }
      } catch (IOException | IllegalStateException | UncheckedIOException e) {
        failed = true;
        System.err.println(scenario.name() + " failed: " + e.getMessage());
      } catch (InterruptedException e) {
        return FAILED;
      }
    }
    if (!options.json() && !rows.isEmpty()) {
      out.print(Table.of(rows));
    }
    if (bench.errors() > 0) {
      System.err.println("errors: " + bench.errors());
    }
    return failed || bench.errors() > 0 ? FAILED : 0;
  }

  private synchronized Processes newProcesses() {
    if (ending) {
      throw new IllegalStateException("interrupted");
    }
    var processes = new Processes(options, root.resolve("proxy"), temporary);
    everStarted.add(processes);
    return processes;
  }

  private void cleanUp() {
    List<Processes> started;
    synchronized (this) {
      ending = true;
      started = List.copyOf(everStarted);
    }
    started.forEach(Processes::close);
    delete(temporary);
  }

  /** A directory and all that is in it, as far as it can be. */
  static void delete(Path directory) {
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      System.err.println("cannot delete " + directory + ": " + e.getMessage());
    }
  }
}
