package io.cloudstate.proxy.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the log is written; logback.xml reads the variable by itself, before there are settings. With
 * one that it does not know nothing would be logged, not even that.
 */
public final class LogFormat {

  private static final String VARIABLE = "LOG_FORMAT";
  private static final List<String> NAMES = List.of("text", "json");

  private LogFormat() {}

  /** What is wrong with the variable, if anything is. */
  public static Optional<String> problem(Map<String, String> environment) {
    var format = environment.getOrDefault(VARIABLE, "text");
    return NAMES.contains(format)
        ? Optional.empty()
        : Optional.of(
            "%s: %s (expected: %s)".formatted(VARIABLE, format, String.join(" or ", NAMES)));
  }
}
