package io.cloudstate.proxy.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The arguments of the program: {@code -Dkey=value} and nothing else. They are system properties,
 * as native images of the reference implementation took them.
 */
public final class ProgramArguments {

  private ProgramArguments() {}

  /**
   * The properties that the arguments name, to be set before anything reads one. Of two with the
   * same key the last one counts.
   *
   * @throws InvalidSettings if an argument is of another form
   */
  public static Map<String, String> asSystemProperties(List<String> arguments) {
    Map<String, String> properties = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    for (var argument : arguments) {
      int equals = argument.indexOf('=');
      if (argument.startsWith("-D") && equals > 2) {
        properties.put(argument.substring(2, equals), argument.substring(equals + 1));
      } else {
        problems.add("argument " + shown(argument, equals) + " (expected: -Dkey=value)");
      }
    }
    if (!problems.isEmpty()) {
      throw new InvalidSettings(problems);
    }
    return properties;
  }

  /** The argument without its value, which may be a secret. */
  private static String shown(String argument, int equals) {
    return equals < 0 ? argument : argument.substring(0, equals + 1) + "...";
  }
}
