package io.cloudstate.proxy.entity;

import io.cloudstate.proxy.call.Failure;

/**
 * What goes wrong with an entity's stream: the text for callers, fixed by the protocol's
 * specification (spec/event-sourced.md 5, spec/value-entity.md 3), and the details for the log and
 * the function's developer. Every text stands here once, for all kinds.
 */
public final class Violations {

  /**
   * One of them.
   *
   * @param forCaller what the caller of the outstanding command gets
   * @param details what was seen and what was expected
   * @param isReported whether the function's developer is to know: not when the connection broke,
   *     which is nobody's mistake, happens to all entities at once, and leaves nobody to report to
   */
  public record Violation(String forCaller, String details, boolean isReported) {}

  private final String unexpected;
  private final Failure terminated;

  /**
   * The violations of one kind.
   *
   * @param kind what its entities are called in a text for callers
   */
  public Violations(String kind) {
    this.unexpected = "Unexpected " + kind + " ";
    this.terminated =
        new Failure.UserFunctionFailed(
            Character.toUpperCase(kind.charAt(0)) + kind.substring(1) + " terminated");
  }

  /** What the callers of queued commands get when an instance ends. */
  public Failure terminated() {
    return terminated;
  }

  Violation replyWithoutCommand(long commandId) {
    return reported(
        "reply",
        "reply to command %d (expected: none, no command is outstanding)".formatted(commandId));
  }

  Violation replyToOtherCommand(long commandId, long expected) {
    return reported("reply", "reply to command %d (expected: %d)".formatted(commandId, expected));
  }

  Violation entityFailure(String description) {
    return reported("failure", "failure, not command specific - " + description);
  }

  Violation commandFailure(long commandId, String description) {
    return reported("failure", "failure of command %d - %s".formatted(commandId, description));
  }

  Violation failureOfOtherCommand(long commandId, String expected, String description) {
    return reported(
        "failure",
        "failure of command %d (expected: %s) - %s".formatted(commandId, expected, description));
  }

  /** Neither reply nor failure; each kind calls it something else. */
  public Violation emptyMessage(String what) {
    return reported(what, "message without a variant set (expected: reply or failure)");
  }

  /** A reply that lacks what makes sense of it. */
  public Violation incompleteReply(String details) {
    return reported("reply", details);
  }

  Violation terminated(String reason) {
    return reported("termination", "the function ended the stream: " + reason);
  }

  Violation connectionLost(String reason) {
    return new Violation(unexpected + "termination", "the connection broke: " + reason, false);
  }

  private Violation reported(String what, String details) {
    return new Violation(unexpected + what, details, true);
  }
}
