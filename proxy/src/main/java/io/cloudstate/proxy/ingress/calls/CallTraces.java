package io.cloudstate.proxy.ingress.calls;

import io.cloudstate.proxy.call.Span;
import io.cloudstate.proxy.call.TraceContext;
import io.cloudstate.proxy.ingress.calls.CallMetrics.Transport;
import org.jspecify.annotations.Nullable;

/** Follows calls of clients; on any thread, and must be quick. */
@FunctionalInterface
public interface CallTraces {

  /**
   * A call begins.
   *
   * @param client what the client says of its trace, as it says it; null if nothing
   */
  Span begin(CallTarget target, Transport transport, @Nullable TraceContext client);
}
