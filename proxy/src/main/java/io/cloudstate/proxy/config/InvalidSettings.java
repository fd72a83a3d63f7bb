package io.cloudstate.proxy.config;

import java.util.List;

/** The proxy can't start as it is configured. Names every problem found, not just the first. */
public final class InvalidSettings extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  InvalidSettings(List<String> problems) {
    super("the settings are not valid:\n  " + String.join("\n  ", problems));
    this.problems = List.copyOf(problems);
  }

  /**
   * A sentence for each problem: the key, its value unless it is secret, where it came from and
   * what was expected.
   */
  public List<String> problems() {
    return problems;
  }
}
