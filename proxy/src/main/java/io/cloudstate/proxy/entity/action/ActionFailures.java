package io.cloudstate.proxy.entity.action;

import io.cloudstate.proxy.call.Failure;
import io.grpc.Status;

/** Why a call to the user function failed: each wording once. */
final class ActionFailures {

  private ActionFailures() {}

  static Failure unreachable() {
    return new Failure.UserFunctionUnavailable("the user function cannot be reached");
  }

  static Failure tooLate() {
    return new Failure.TimedOut("the deadline passed before the user function was called");
  }

  static Failure severalResponses() {
    return new Failure.UserFunctionFailed(
        "the user function sent more than one response (expected: one)");
  }

  /**
   * Of a call that has ended otherwise than in order. What the function said of itself goes to the
   * caller as it is, code and text (spec/action.md 4).
   *
   * @param status not OK
   * @param wasOpen whether the call got as far as a connection; if not, the function saw nothing
   */
  static Failure of(Status status, boolean wasOpen) {
    // A status that came over the wire has no cause.
    if (status.getCode() == Status.Code.UNAVAILABLE && (status.getCause() != null || !wasOpen)) {
      return wasOpen
          ? new Failure.UserFunctionFailed("the connection to the user function broke")
          : unreachable();
    }
    var description = status.getDescription();
    return new Failure.RefusedWithStatus(
        status.getCode().value(), description == null ? "" : description);
  }
}
