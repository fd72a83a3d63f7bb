package io.cloudstate.proxy.entity;

import io.cloudstate.proxy.call.Failure;
import java.util.Arrays;
import java.util.function.Function;

/**
 * How failures are called between nodes. The numbers stay as they are; one that a release does not
 * know yet is a failure of the function to it.
 */
enum WireFailure {
  BAD_CALL(1, Failure.BadCall.class, Failure.BadCall::new),
  NOT_SERVED(2, Failure.NotServed.class, Failure.NotServed::new),
  REFUSED(3, Failure.Refused.class, Failure.Refused::new),
  REFUSED_WITH_STATUS(4, Failure.RefusedWithStatus.class, Failure.Refused::new),
  USER_FUNCTION_FAILED(5, Failure.UserFunctionFailed.class, Failure.UserFunctionFailed::new),
  USER_FUNCTION_UNAVAILABLE(
      6, Failure.UserFunctionUnavailable.class, Failure.UserFunctionUnavailable::new),
  STORAGE_FAILED(7, Failure.StorageFailed.class, Failure.StorageFailed::new),
  NOT_REPLICATED(8, Failure.NotReplicated.class, Failure.NotReplicated::new),
  OVERLOADED(9, Failure.Overloaded.class, Failure.Overloaded::new),
  TIMED_OUT(10, Failure.TimedOut.class, Failure.TimedOut::new),
  MISROUTED(11, Failure.Misrouted.class, Failure.Misrouted::new),
  BAD_REPLY(12, Failure.BadReply.class, Failure.BadReply::new),
  TOO_LARGE(13, Failure.TooLarge.class, Failure.TooLarge::new),
  NODE_LOST(14, Failure.NodeLost.class, Failure.NodeLost::new),
  ENTITY_MOVES(15, Failure.EntityMoves.class, Failure.EntityMoves::new);

  private final int number;
  private final Class<? extends Failure> type;

  @SuppressWarnings("ImmutableEnumChecker") // constructors hold no state
  private final Function<String, Failure> withMessage;

  WireFailure(int number, Class<? extends Failure> type, Function<String, Failure> withMessage) {
    this.number = number;
    this.type = type;
    this.withMessage = withMessage;
  }

  static int numberOf(Failure failure) {
    return Arrays.stream(values())
        .filter(each -> each.type == failure.getClass())
        .findFirst()
        .orElseThrow(() -> new AssertionError("unhandled: " + failure))
        .number;
  }

  /**
   * @param grpcCode of a refusal with a status; 0 if there was none
   */
  static Failure of(int number, String message, int grpcCode) {
    if (number == REFUSED_WITH_STATUS.number && grpcCode != 0) {
      return new Failure.RefusedWithStatus(grpcCode, message);
    }
    return Arrays.stream(values())
        .filter(each -> each.number == number)
        .findFirst()
        .orElse(USER_FUNCTION_FAILED)
        .withMessage
        .apply(message);
  }
}
