package io.cloudstate.proxy.userfunction;

import io.grpc.Status;

/**
 * How a stream ended, as far as the proxy can tell.
 *
 * @param isUnreachable no connection could be had, or the connection broke
 * @param wasOpen the stream got as far as a connection; if not, the function saw nothing of it
 * @param isOrderly the function ended it without an error
 * @param reason for the log: gRPC status and description
 */
public record StreamEnd(boolean isUnreachable, boolean wasOpen, boolean isOrderly, String reason) {

  /** Of a stream that is not even tried, because the function is away. */
  public static StreamEnd away() {
    return new StreamEnd(true, false, false, "the user function is away");
  }

  static StreamEnd of(Status status, boolean wasOpen) {
    var description = status.getDescription();
    var cause = status.getCause();
    return new StreamEnd(
        status.getCode() == Status.Code.UNAVAILABLE,
        wasOpen,
        status.isOk(),
        status.getCode()
            + (description == null ? "" : ": " + description)
            + (cause == null ? "" : " (" + cause + ")"));
  }
}
