package io.cloudstate.operator.config;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One environment variable; checks, defaults and documentation all come from here.
 *
 * @param name the variable without {@link #PREFIX}
 * @param defaultText the default as somebody would write it, null if there is none
 * @param meaning one sentence or two
 */
record Setting<T>(String name, Format<T> format, @Nullable String defaultText, String meaning) {

  /** So that a misspelt variable can be told from the many others of a container. */
  static final String PREFIX = "OPERATOR_";

  String variable() {
    return PREFIX + name;
  }

  Optional<T> defaultValue() {
    return Optional.ofNullable(defaultText)
        .map(
            text ->
                format
                    .parse(text)
                    .orElseThrow(() -> new AssertionError("default of " + name + ": " + text)));
  }
}
