package io.cloudstate.proxy.entity.crdt;

import io.cloudstate.proxy.call.Failure;

/**
 * What goes wrong with an entity: the texts for callers, fixed by the protocol's specification
 * (spec/crdt.md 5 to 9), and the details for the log and the function's developer. Every text
 * stands here once.
 *
 * @param details what was seen and what was expected
 * @param isReported whether the function's developer is to know: not when the connection broke,
 *     which is nobody's mistake, happens to all entities at once, and leaves nobody to report to
 */
record Violation(String details, boolean isReported) {

  /** For everybody whose command was with the function when the entity crashed. */
  static final Failure ENTITY_TERMINATING = new Failure.UserFunctionFailed("Entity terminating");

  /** For clients of open streams when the entity's value was replaced by one of another type. */
  static final Failure TERMINATED_UNEXPECTEDLY =
      new Failure.UserFunctionFailed("Entity terminated unexpectedly");

  static final Failure ENTITY_DELETED = new Failure.Refused("Entity deleted");

  static final String NOT_AT_LEVEL = "Failed to update CRDT at requested write consistency";

  /** Also for a change that the store refuses. */
  static final Failure NOT_REPLICATED = new Failure.NotReplicated(NOT_AT_LEVEL);

  static final Failure UNAVAILABLE =
      new Failure.UserFunctionUnavailable("User function unavailable");

  static final Failure WAITED_TOO_LONG = new Failure.TimedOut("The command waited too long");

  static final Failure NOT_ANSWERED =
      new Failure.TimedOut("The user function did not answer in time");

  private Violation(String details) {
    this(details, true);
  }

  static Violation replyToUnknownCommand(String entityId, long commandId) {
    return new Violation(
        "Received reply for entity id %s for unknown command %d".formatted(entityId, commandId));
  }

  static Violation streamedReplyToUnaryCommand(long commandId) {
    return new Violation("Streamed reply to non streamed command " + commandId);
  }

  static String streamedMessageForUnknownCommand(long commandId) {
    return "Received streamed message for unknown command id: " + commandId;
  }

  static Violation cancelledResponseForUnknownCommand(long commandId) {
    return new Violation("Received stream cancelled response for unknown command id: " + commandId);
  }

  static Violation failureOfUnknownCommand(long commandId, String description) {
    return new Violation(
        "Received failure for unknown command id: %d - %s".formatted(commandId, description));
  }

  static Violation entityFailure(String description) {
    return new Violation("Unexpected entity failure, not command specific - " + description);
  }

  static Violation emptyMessage() {
    return new Violation(
        "Unexpected entity message: no variant set (expected: reply, streamed message, stream"
            + " cancelled response or failure)");
  }

  static Violation illegalChange(String reason) {
    return new Violation(reason);
  }

  static Violation refusedByTheStore(String reason) {
    return new Violation(NOT_AT_LEVEL + ": " + reason);
  }

  static Violation incompatibleValue() {
    return new Violation("Incompatible value from another node");
  }

  static Violation notTaken(String details) {
    return new Violation("Entity crashed: " + details);
  }

  static Violation streamClosed() {
    return new Violation("Unexpected entity termination due to stream closure");
  }

  static Violation streamBroken(String reason) {
    return new Violation("Entity crashed: " + reason);
  }

  static Violation connectionLost(String reason) {
    return new Violation("Entity crashed: " + reason, false);
  }
}
