package io.cloudstate.operator.config;

import java.util.List;

/** Variables that do not hold: all of them, each with its value and what was expected. */
public final class InvalidSettings extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  InvalidSettings(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  public List<String> problems() {
    return problems;
  }
}
