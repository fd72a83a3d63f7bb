package io.cloudstate.proxy.faults;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a run is to do.
 *
 * @param minutes faults are begun until then; zero is each once
 * @param faults in the order in which they are tried first
 * @param isList only to tell which there are
 * @param hasTls whether nodes talk to each other by TLS
 * @param seed of what is left to chance
 * @param report where the page and the logs go
 */
record Options(
    Duration minutes,
    List<Fault> faults,
    boolean isList,
    boolean isQuick,
    boolean hasTls,
    long seed,
    Path report) {

  /** Arguments that make no sense. */
  static final class Wrong extends RuntimeException {
    private static final long serialVersionUID = 1;

    Wrong(String message) {
      super(message);
    }
  }

  /**
   * Of the arguments of the program.
   *
   * @param seed if none is given
   * @throws Wrong if they cannot be understood
   */
  static Options of(List<String> arguments, long seed) {
    var options =
        new Options(
            Duration.ZERO, Faults.ALL, false, false, false, seed, Path.of("target", "faults"));
    for (var words = arguments.iterator(); words.hasNext(); ) {
      options = options.with(words.next(), words);
    }
    return options;
  }

  private Options with(String option, Iterator<String> words) {
    return switch (option) {
      case "--minutes" ->
          new Options(
              Duration.ofMinutes(number(option, words)),
              faults,
              isList,
              isQuick,
              hasTls,
              seed,
              report);
      case "--only" ->
          new Options(minutes, chosen(value(option, words)), isList, isQuick, hasTls, seed, report);
      case "--list" -> new Options(minutes, faults, true, isQuick, hasTls, seed, report);
      case "--quick" -> new Options(minutes, faults, isList, true, hasTls, seed, report);
      case "--tls" -> new Options(minutes, faults, isList, isQuick, true, seed, report);
      case "--seed" ->
          new Options(minutes, faults, isList, isQuick, hasTls, number(option, words), report);
      case "--report" ->
          new Options(
              minutes, faults, isList, isQuick, hasTls, seed, Path.of(value(option, words)));
      default ->
          throw new Wrong(
              option
                  + " (expected: --minutes, --only, --list, --quick, --tls, --seed or --report)");
    };
  }

  private static String value(String option, Iterator<String> words) {
    if (!words.hasNext()) {
      throw new Wrong(option + " without a value");
    }
    return words.next();
  }

  private static long number(String option, Iterator<String> words) {
    var value = value(option, words);
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw new Wrong("%s %s (expected: a whole number)".formatted(option, value));
    }
  }

  private static List<Fault> chosen(String names) {
    var chosen = new ArrayList<Fault>();
    for (var name : Arrays.asList(names.split(",", -1))) {
      chosen.add(
          Faults.ALL.stream()
              .filter(fault -> fault.name().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new Wrong(
                          "--only %s (expected: some of %s)"
                              .formatted(
                                  name,
                                  Faults.ALL.stream()
                                      .map(Fault::name)
                                      .collect(Collectors.joining(", "))))));
    }
    return List.copyOf(chosen);
  }
}
