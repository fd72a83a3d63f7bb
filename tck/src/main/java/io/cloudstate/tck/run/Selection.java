package io.cloudstate.tck.run;

import io.cloudstate.tck.rule.Group;
import io.cloudstate.tck.rule.Rule;
import io.cloudstate.tck.rule.Stage;
import io.cloudstate.tck.rule.Suite;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which rules of a suite are played: those that {@code --only} names, or all, without those that
 * {@code --except} names. Names are ids of rules, names of groups, {@code original} for the groups
 * of the original kit and {@code extra} for all others.
 */
public record Selection(List<String> only, List<String> except) {

  public static final Selection ALL = new Selection(List.of(), List.of());

  private static final String ORIGINAL = "original";
  private static final String EXTRA = "extra";

  public Selection {
    only = List.copyOf(only);
    except = List.copyOf(except);
  }

  /**
   * The suite without the rules that are not chosen, and without groups that nothing is left of.
   *
   * @throws IllegalArgumentException if a name means nothing
   */
  public <S extends Stage> Suite<S> of(Suite<S> suite) {
    verifyNames(suite);
    var groups = new ArrayList<Group<S>>();
    for (var group : suite.groups()) {
      var rules = group.rules().stream().filter(rule -> isChosen(group, rule)).toList();
      if (!rules.isEmpty()) {
        groups.add(new Group<>(group.name(), group.title(), group.isOfOriginal(), rules));
      }
    }
    return new Suite<>(suite.name(), groups);
  }

  private <S> boolean isChosen(Group<S> group, Rule<S> rule) {
    return (only.isEmpty() || isNamed(only, group, rule)) && !isNamed(except, group, rule);
  }

  private static <S> boolean isNamed(List<String> names, Group<S> group, Rule<S> rule) {
    return names.contains(rule.id())
        || names.contains(group.name())
        || names.contains(group.isOfOriginal() ? ORIGINAL : EXTRA);
  }

  private <S extends Stage> void verifyNames(Suite<S> suite) {
    Set<String> known = new LinkedHashSet<>(List.of(ORIGINAL, EXTRA));
    suite.groups().forEach(group -> known.add(group.name()));
    var groups = String.join(", ", known);
    suite.rules().forEach(rule -> known.add(rule.id()));
    for (var names : List.of(only, except)) {
      for (var name : names) {
        if (!known.contains(name)) {
          throw new IllegalArgumentException(
              name + " is no rule or group (expected: an id that --list shows, or " + groups + ")");
        }
      }
    }
  }
}
