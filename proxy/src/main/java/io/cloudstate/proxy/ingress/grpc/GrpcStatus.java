package io.cloudstate.proxy.ingress.grpc;

import io.cloudstate.proxy.call.Failure;
import io.grpc.Status;

/** Turns a failure into a gRPC status; nothing else does. */
public final class GrpcStatus {

  private GrpcStatus() {}

  /** The failure's code, and its message exactly as it is. */
  public static Status of(Failure failure) {
    return code(failure).toStatus().withDescription(failure.message());
  }

  /** Its code alone. */
  public static Status.Code code(Failure failure) {
    if (failure instanceof Failure.BadCall) {
      return Status.Code.INVALID_ARGUMENT;
    }
    if (failure instanceof Failure.NotServed) {
      return Status.Code.UNIMPLEMENTED;
    }
    if (failure instanceof Failure.Refused) {
      return Status.Code.UNKNOWN;
    }
    if (failure instanceof Failure.RefusedWithStatus refused) {
      return Status.fromCodeValue(refused.grpcCode()).getCode();
    }
    if (failure instanceof Failure.UserFunctionFailed) {
      return Status.Code.UNKNOWN;
    }
    if (failure instanceof Failure.BadReply) {
      return Status.Code.INTERNAL;
    }
    if (failure instanceof Failure.UserFunctionUnavailable
        || failure instanceof Failure.EntityMoves) {
      return Status.Code.UNAVAILABLE;
    }
    if (failure instanceof Failure.StorageFailed || failure instanceof Failure.NodeLost) {
      return Status.Code.UNAVAILABLE;
    }
    if (failure instanceof Failure.NotReplicated) {
      return Status.Code.UNKNOWN;
    }
    if (failure instanceof Failure.Overloaded || failure instanceof Failure.TooLarge) {
      return Status.Code.RESOURCE_EXHAUSTED;
    }
    if (failure instanceof Failure.TimedOut) {
      return Status.Code.DEADLINE_EXCEEDED;
    }
    if (failure instanceof Failure.Misrouted) {
      return Status.Code.INTERNAL;
    }
    throw new AssertionError("unhandled: " + failure.getClass());
  }
}
