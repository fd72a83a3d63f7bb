package io.cloudstate.tck.rule;

import java.util.ArrayList;
import java.util.List;

/**
 * Rules that are chosen or left out together.
 *
 * @param name what {@code --only} and {@code --except} call it, such as {@code event-sourced}
 * @param title for readers
 * @param isOfOriginal whether the original conformance kit has these rules; the others are what it
 *     leaves open, so that its behaviour can be told from ours
 * @param rules in the order in which they are played
 */
public record Group<S>(String name, String title, boolean isOfOriginal, List<Rule<S>> rules) {

  public Group {
    rules = List.copyOf(rules);
  }

  /** Of the original kit. */
  public static <S> Group<S> original(String name, String title) {
    return new Group<>(name, title, true, List.of());
  }

  /** Beyond the original kit. */
  public static <S> Group<S> extra(String name, String title) {
    return new Group<>(name, title, false, List.of());
  }

  /** This group with one more rule at its end. */
  public Group<S> rule(String id, String demand, Script<S> script) {
    var more = new ArrayList<>(rules);
    more.add(new Rule<>(id, demand, script));
    return new Group<>(name, title, isOfOriginal, more);
  }
}
