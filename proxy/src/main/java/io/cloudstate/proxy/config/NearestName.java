package io.cloudstate.proxy.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Guesses which name somebody meant who wrote one that does not exist. */
final class NearestName {

  private static final int MAX_EDITS = 3;

  private NearestName() {}

  /**
   * The candidate that ends in the name, or else the one that is the fewest edits away; empty if
   * none is close. Among equals the first one.
   */
  static Optional<String> of(String name, Collection<String> candidates) {
    return candidates.stream()
        .filter(candidate -> candidate.endsWith("." + name))
        .findFirst()
        .or(
            () ->
                candidates.stream()
                    .filter(candidate -> edits(name, candidate) <= MAX_EDITS)
                    .min(Comparator.comparingInt(candidate -> edits(name, candidate))));
  }

  /** How many characters have to be inserted, removed or replaced to make one the other. */
  static int edits(String from, String to) {
    var previous = new int[to.length() + 1];
    for (int column = 0; column <= to.length(); column++) {
      previous[column] = column;
    }
    for (int row = 1; row <= from.length(); row++) {
      var current = new int[to.length() + 1];
      current[0] = row;
      for (int column = 1; column <= to.length(); column++) {
        int replace = from.charAt(row - 1) == to.charAt(column - 1) ? 0 : 1;
        current[column] =
            Math.min(
                previous[column - 1] + replace,
                Math.min(previous[column], current[column - 1]) + 1);
      }
      previous = current;
    }
    return previous[to.length()];
  }
}
