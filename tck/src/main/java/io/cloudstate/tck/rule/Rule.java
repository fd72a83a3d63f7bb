package io.cloudstate.tck.rule;

import java.util.regex.Pattern;

/**
 * One sentence of the protocol that can be found to hold or not.
 *
 * @param id what reports, selections and {@code docs/reference/protocol.md} call it, such as {@code
 *     es3}
 * @param demand what has to hold, in a sentence without a full stop
 * @param script finds out whether it does
 */
public record Rule<S>(String id, String demand, Script<S> script) {

  private static final Pattern ID = Pattern.compile("[a-z]+(-[a-z]+)*[0-9]+");

  public Rule {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException("id of a rule: " + id + " (expected: like es3)");
    }
    if (demand.isBlank() || demand.endsWith(".")) {
      throw new IllegalArgumentException(
          "demand of " + id + ": " + demand + " (expected: a sentence without a full stop)");
    }
  }
}
