package io.cloudstate.proxy.ingress.calls;

import com.linecorp.armeria.common.util.Exceptions;
import io.cloudstate.proxy.call.Failure;
import org.jspecify.annotations.Nullable;

/**
 * Ends the body of a request that cannot be read on: streams of bytes fail by exceptions. The call
 * is answered with the failure.
 */
public final class UnreadableBody extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final transient Failure failure;

  public UnreadableBody(Failure failure) {
    super(failure.message(), null, false, false);
    this.failure = failure;
  }

  /** The failure that this ended a body with, or null if it was something else. */
  public static @Nullable Failure in(@Nullable Throwable cause) {
    return cause != null && Exceptions.peel(cause) instanceof UnreadableBody body
        ? body.failure
        : null;
  }
}
