package io.cloudstate.proxy.ingress.calls;

import io.cloudstate.proxy.call.Failure;
import org.jspecify.annotations.Nullable;

/** A call under way, as the one who has started it sees it. */
sealed interface IngressCall permits UnaryCall, StreamedIngressCall {

  /** Whether it has come to its own end, be it a failure. */
  boolean isAnswered();

  /** Why it has failed; null while it has not. */
  @Nullable Failure failure();

  /** The client has its answer or went away: whoever still works on the call may stop. */
  void end();
}
