package io.cloudstate.proxy.entity.eventsourced;

import io.cloudstate.proxy.call.Failure;

/**
 * What goes wrong with an entity's stream: the text for callers, fixed by the protocol's
 * specification (spec/event-sourced.md 5), and the details for the log and the function's
 * developer. Every text stands here once.
 *
 * @param forCaller what the caller of the outstanding command gets
 * @param details what was seen and what was expected
 * @param isReported whether the function's developer is to know: not when the connection broke,
 *     which is nobody's mistake, happens to all entities at once, and leaves nobody to report to
 */
record Violation(String forCaller, String details, boolean isReported) {

  /** What the callers of queued commands get when an instance ends. */
  static final Failure ENTITY_TERMINATED = new Failure.UserFunctionFailed("Entity terminated");

  private Violation(String forCaller, String details) {
    this(forCaller, details, true);
  }

  static Violation replyWithoutCommand(long commandId) {
    return new Violation(
        "Unexpected entity reply",
        "reply to command %d (expected: none, no command is outstanding)".formatted(commandId));
  }

  static Violation replyToOtherCommand(long commandId, long expected) {
    return new Violation(
        "Unexpected entity reply",
        "reply to command %d (expected: %d)".formatted(commandId, expected));
  }

  static Violation entityFailure(String description) {
    return new Violation(
        "Unexpected entity failure", "failure, not command specific - " + description);
  }

  static Violation commandFailure(long commandId, String description) {
    return new Violation(
        "Unexpected entity failure",
        "failure of command %d - %s".formatted(commandId, description));
  }

  static Violation failureOfOtherCommand(long commandId, String expected, String description) {
    return new Violation(
        "Unexpected entity failure",
        "failure of command %d (expected: %s) - %s".formatted(commandId, expected, description));
  }

  static Violation emptyMessage() {
    return new Violation(
        "Unexpected entity message", "message without a variant set (expected: reply or failure)");
  }

  static Violation terminated(String reason) {
    return new Violation(
        "Unexpected entity termination", "the function ended the stream: " + reason);
  }

  static Violation connectionLost(String reason) {
    return new Violation("Unexpected entity termination", "the connection broke: " + reason, false);
  }
}
