package io.cloudstate.bench;

import io.cloudstate.bench.load.LoadPlan;
import io.cloudstate.bench.load.LoadResult;
import io.cloudstate.bench.measure.ChildProcess;
import io.cloudstate.bench.measure.JavaProcess;
import io.cloudstate.bench.measure.ProcessTree;
import io.cloudstate.bench.report.Figure;
import io.cloudstate.bench.report.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One run of the generator, and the processor time others use meanwhile. */
final class Load {

  private static final long SLACK_MILLIS = 90_000;

  private final Processes processes;
  private final LoadPlan plan;
  private final List<ChildProcess> needed;
  private final Map<Figure, List<ProcessTree>> watched = new EnumMap<>(Figure.class);
  private @Nullable HandledProbe events;
  private long errors;

  /**
   * @param needed what has to run all the while; the first one is the proxy that is profiled
   */
  Load(Processes processes, LoadPlan plan, List<ChildProcess> needed) {
    this.processes = processes;
    this.plan = plan;
    this.needed = needed;
  }

  /** All that are watched for one figure are added up. */
  void watch(Figure figure, ProcessTree tree) {
    watched.computeIfAbsent(figure, key -> new ArrayList<>()).add(tree);
  }

  /** What went wrong in the run. */
  long errors() {
    return errors;
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
    var warmUpMillis = plan.warmUpMillis() + plan.onceEachMillis();
    if (profile != null) {
      await(generator, "settling", warmUpMillis);
      proxy().startRecording();
    }
    await(generator, "measuring", warmUpMillis);
    if (events != null) {
      events.begin();
    }
    var before = cpuMicros();
    await(generator, "measured", plan.durationMillis() + plan.onceEachMillis());
    var after = cpuMicros();
    if (events != null) {
      events.end();
    }
    if (profile != null) {
      proxy().stopRecording(profile);
    }
    var result = LoadResult.parse(await(generator, "result", plan.onceEachMillis()));
    report(generator, result);
    figures(row, result);
    watched.forEach(
        (figure, trees) -> {
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
    watched.forEach(
        (figure, trees) ->
            micros.put(figure, trees.stream().mapToLong(ProcessTree::cpuMicros).sum()));
    return micros;
  }

  private void report(ChildProcess generator, LoadResult result) {
    errors += result.errors();
    if (result.errors() > 0 || result.commands() == 0) {
      errors += result.commands() == 0 ? 1 : 0;
      System.err.println(result.errors() + " errors, " + result.commands() + " commands answered");
      System.err.println(generator.lastLines());
      needed.forEach(process -> System.err.println(process.lastLines()));
    }
  }

  private static void figures(Row row, LoadResult result) {
    row.with(Figure.COMMANDS_PER_SECOND, result.commandsPerSecond())
        .with(Figure.P50, result.p50Nanos() / 1e6)
        .with(Figure.P99, result.p99Nanos() / 1e6)
        .with(Figure.P999, result.p999Nanos() / 1e6);
  }
}
