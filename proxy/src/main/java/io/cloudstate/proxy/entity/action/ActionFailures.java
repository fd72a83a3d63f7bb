package io.cloudstate.proxy.entity.action;

import io.cloudstate.proxy.call.Failure;
import io.grpc.ClientCall;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Why a call to the user function failed: each wording once. */
final class ActionFailures {

  /** The function knows the deadline too, and may cut the call off a moment before we do. */
  private static final long DEADLINE_SLACK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

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
   * @param call null if it ended before anything was sent on it
   * @param status not OK
   * @param hasAnswered whether headers have come
   * @param nanosLeft until the deadline
   */
  static Failure of(
      @Nullable ClientCall<?, ?> call,
      Status status,
      Metadata trailers,
      boolean hasAnswered,
      long nanosLeft) {
    if (status.getCode() == Status.Code.CANCELLED) {
      if (status.getCause() != null) {
        return new Failure.UserFunctionFailed(
            "the user function sent something else than a response of the protocol");
      }
      if (nanosLeft < DEADLINE_SLACK_NANOS) {
        return new Failure.TimedOut("the user function did not answer before the deadline");
      }
      if (!isOfFunction(status, trailers, hasAnswered)) {
        return new Failure.UserFunctionFailed("the user function broke the call off");
      }
    }
    if (status.getCode() == Status.Code.UNAVAILABLE
        && !isOfFunction(status, trailers, hasAnswered)) {
      return call != null && hadConnection(call)
          ? new Failure.UserFunctionFailed("the connection to the user function broke")
          : unreachable();
    }
    var description = status.getDescription();
    return new Failure.RefusedWithStatus(
        status.getCode().value(), description == null ? "" : description);
  }

  /** What came over the wire has no cause, and headers before it or its own beside it. */
  private static boolean isOfFunction(Status status, Metadata trailers, boolean hasAnswered) {
    return status.getCause() == null && (hasAnswered || !trailers.keys().isEmpty());
  }

  /** If not, the function saw nothing of the call. */
  private static boolean hadConnection(ClientCall<?, ?> call) {
    return call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR) != null;
  }
}
