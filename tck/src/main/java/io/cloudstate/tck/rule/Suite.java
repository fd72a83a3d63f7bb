package io.cloudstate.tck.rule;

import java.util.List;

/**
 * All rules of one kind of test, in the order in which they are played.
 *
 * @param name {@code proxy}, {@code model} or {@code intercept}
 */
public record Suite<S extends Stage>(String name, List<Group<S>> groups) {

  public Suite {
    groups = List.copyOf(groups);
  }

  /** All rules of all groups. */
  public List<Rule<S>> rules() {
    return groups.stream().flatMap(group -> group.rules().stream()).toList();
  }
}
