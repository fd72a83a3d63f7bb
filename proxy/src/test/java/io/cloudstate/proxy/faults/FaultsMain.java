package io.cloudstate.proxy.faults;

import io.cloudstate.proxy.testing.NodeCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;

/** The program behind {@code proxy/faults}. */
@SuppressWarnings("SystemOut") // it talks to people
public final class FaultsMain {

  private FaultsMain() {}

  public static void main(String[] arguments) throws Exception {
    try {
      var options = Options.of(List.of(arguments), ThreadLocalRandom.current().nextLong(1_000_000));
      if (options.isList()) {
        Faults.ALL.forEach(
            fault ->
                System.out.printf("%-28s %s; %s%n", fault.name(), fault.does(), fault.expected()));
        return;
      }
      System.exit(run(options) ? 0 : 1);
    } catch (Options.Wrong e) {
      System.err.println("faults: " + e.getMessage());
      System.exit(2);
    }
  }

  private static boolean run(Options options) throws IOException, InterruptedException {
    var report = Files.createDirectories(options.report()).toAbsolutePath();
    var logs = Files.createTempDirectory(report, "run-");
    var random = new Random(options.seed());
    var pace = pace(options, logs);
    var results = new ArrayList<Result>();
    var from = System.nanoTime();
    try (var network = Network.open();
        var world = World.start(network, logs, pace, random)) {
      Runtime.getRuntime().addShutdownHook(new Thread(world::close)); // when it is told to end
      System.out.printf("seed %d, logs in %s%n", options.seed(), logs);
      network
          .uncuttable()
          .ifPresent(why -> System.out.println("nodes are on the loopback device: " + why));
      var suite = new Suite(world);
      var faults = new ArrayList<>(options.faults());
      do {
        for (var fault : faults) {
          if (!results.isEmpty() && isOver(options, from, results.size())) {
            break;
          }
          var result = suite.run(fault);
          System.out.print(Report.lines(result));
          results.add(result);
          write(report.resolve("report.md"), options, from, results);
        }
        Collections.shuffle(faults, random);
      } while (!isOver(options, from, results.size()));
    }
    return results.stream()
        .noneMatch(result -> result instanceof Result.Tried tried && !tried.hasPassed());
  }

  private static Pace pace(Options options, Path directory) {
    var pace = options.isQuick() ? Pace.quick() : Pace.usual();
    if (!options.hasTls()) {
      return pace;
    }
    return pace.with(
        NodeCertificate.create(directory).entrySet().stream()
            .map(each -> "-Dcloudstate.proxy.%s=%s".formatted(each.getKey(), each.getValue()))
            .toList());
  }

  /** Each is tried once at least, however long that takes. */
  private static boolean isOver(Options options, long fromNanos, int tried) {
    return tried >= options.faults().size()
        && System.nanoTime() - fromNanos >= options.minutes().toNanos();
  }

  private static void write(Path page, Options options, long fromNanos, List<Result> results)
      throws IOException {
    var about =
        "%d minutes%s, seed %d, %d processors, %s %s, Java %s."
            .formatted(
                Duration.ofNanos(System.nanoTime() - fromNanos).toMinutes(),
                options.hasTls() ? ", TLS between nodes" : "",
                options.seed(),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("java.version"));
    Files.writeString(page, Report.page(about, results));
  }
}
