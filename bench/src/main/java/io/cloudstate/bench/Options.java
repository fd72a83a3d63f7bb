package io.cloudstate.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The arguments of {@code bench/run}, whose {@code --help} says what each means. */
final class Options {

  private static final int MAX = 1_000_000;

  private final List<Scenario> scenarios = new ArrayList<>();
  private boolean json;
  private int durationSeconds = 15;
  private int warmUpSeconds = 10;
  private int inFlight = 256;
  private int connections = 8;
  private int entities = 1000;
  private int loadedEntities = 20_000;
  private int starts = 5;
  private int startTimeoutSeconds = 60;
  private int functionStreams;
  private boolean reads;
  private String proxyHeap = "1g";
  private @Nullable List<String> proxyJavaOptions;
  private final List<String> proxySettings = new ArrayList<>();
  private @Nullable String proxyCommand;
  private @Nullable Path profile;
  private @Nullable Path logs;

  private Options() {}

  /** Throws {@link IllegalArgumentException}, which says what was expected. */
  static Options parse(List<String> arguments) {
    var options = new Options();
    var rest = arguments.iterator();
    while (rest.hasNext()) {
      options.take(rest.next(), rest);
    }
    if (options.scenarios.isEmpty()) {
      options.scenarios.addAll(Scenario.all());
    }
    if (options.profile != null && options.scenarios.size() != 1) {
      throw new IllegalArgumentException(
          "--profile with " + options.scenarios.size() + " scenarios (expected: one)");
    }
    if (options.proxyCommand != null) {
      options.scenarios.forEach(Options::refuseCluster);
    }
    return options;
  }

  /** Other proxies form clusters in other ways, and do not tell us where their entities are. */
  private static void refuseCluster(Scenario scenario) {
    if (scenario.kind().isCluster()) {
      throw new IllegalArgumentException(
          "--proxy-command with "
              + scenario.name()
              + " (expected: no cluster, which needs the settings and the management port of our"
              + " proxy)");
    }
  }

  private void take(String argument, Iterator<String> rest) {
    switch (argument) {
      case "--json" -> json = true;
      case "--duration" -> durationSeconds = number(argument, 1, rest);
      case "--warm-up" -> warmUpSeconds = number(argument, 0, rest);
      case "--in-flight" -> inFlight = number(argument, 1, rest);
      case "--connections" -> connections = number(argument, 1, rest);
      case "--entities" -> entities = number(argument, 1, rest);
      case "--loaded-entities" -> loadedEntities = number(argument, 1, rest);
      case "--starts" -> starts = number(argument, 1, rest);
      case "--start-timeout" -> startTimeoutSeconds = number(argument, 1, rest);
      case "--function-streams" -> functionStreams = number(argument, 0, rest);
      case "--reads" -> reads = true;
      case "--proxy-heap" -> proxyHeap = value(argument, rest);
      case "--proxy-java-options" ->
          proxyJavaOptions = List.of(value(argument, rest).trim().split("\\s+"));
      case "--proxy-setting" -> proxySettings.add(setting(argument, rest));
      case "--proxy-command" -> proxyCommand = value(argument, rest);
      case "--profile" -> profile = Path.of(value(argument, rest)).toAbsolutePath();
      case "--logs" -> logs = Path.of(value(argument, rest)).toAbsolutePath();
      case "all" -> scenarios.addAll(Scenario.all());
      case "eventing" -> scenarios.addAll(Scenario.eventing());
      case "cluster", "cluster-postgres" -> scenarios.addAll(Scenario.cluster(argument));
      default -> {
        if (argument.startsWith("-")) {
          throw new IllegalArgumentException("unknown option " + argument);
        }
        scenarios.add(Scenario.parse(argument));
      }
    }
  }

  private static int number(String option, int min, Iterator<String> rest) {
    var text = value(option, rest);
    try {
      var number = Integer.parseInt(text);
      if (number >= min && number <= MAX) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below, as for a number out of range
    }
    throw new IllegalArgumentException(
        option + ": " + text + " (expected: a number from " + min + " to " + MAX + ")");
  }

  private static String setting(String option, Iterator<String> rest) {
    var text = value(option, rest);
    if (text.indexOf('=') < 1) {
      throw new IllegalArgumentException(option + ": " + text + " (expected: NAME=VALUE)");
    }
    return text;
  }

  private static String value(String option, Iterator<String> rest) {
    if (!rest.hasNext()) {
      throw new IllegalArgumentException(option + " needs a value");
    }
    return rest.next();
  }

  List<Scenario> scenarios() {
    return List.copyOf(scenarios);
  }

  boolean json() {
    return json;
  }

  int durationSeconds() {
    return durationSeconds;
  }

  int warmUpSeconds() {
    return warmUpSeconds;
  }

  int inFlight() {
    return inFlight;
  }

  /** What the scenario's name says, or else the option. */
  int inFlight(Scenario scenario) {
    return scenario.inFlight() > 0 ? scenario.inFlight() : inFlight;
  }

  int connections() {
    return connections;
  }

  int entities() {
    return entities;
  }

  int loadedEntities() {
    return loadedEntities;
  }

  int starts() {
    return starts;
  }

  int startTimeoutSeconds() {
    return startTimeoutSeconds;
  }

  int functionStreams() {
    return functionStreams;
  }

  boolean reads() {
    return reads;
  }

  String proxyHeap() {
    return proxyHeap;
  }

  /** Null: those that come with the proxy. */
  @Nullable List<String> proxyJavaOptions() {
    return proxyJavaOptions;
  }

  /** Each {@code NAME=VALUE}, the name below {@code cloudstate.proxy}. */
  List<String> proxySettings() {
    return List.copyOf(proxySettings);
  }

  @Nullable String proxyCommand() {
    return proxyCommand;
  }

  @Nullable Path profile() {
    return profile;
  }

  @Nullable Path logs() {
    return logs;
  }
}
