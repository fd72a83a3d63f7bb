package io.cloudstate.proxy.userfunction;

import io.grpc.Status;

/**
 * How a stream ended, as far as the proxy can tell.
 *
 * @param isUnreachable no connection could be had, so the function saw nothing of the stream, or
 *     the connection broke
 * @param reason for the log: gRPC status and description
 */
public record StreamEnd(boolean isUnreachable, String reason) {

  static StreamEnd of(Status status) {
    var description = status.getDescription();
    var cause = status.getCause();
    return new StreamEnd(
        status.getCode() == Status.Code.UNAVAILABLE,
        status.getCode()
            + (description == null ? "" : ": " + description)
            + (cause == null ? "" : " (" + cause + ")"));
  }
}
