package io.cloudstate.proxy.eventing;

import io.cloudstate.proxy.call.Span;
import io.cloudstate.proxy.call.TraceContext;
import io.cloudstate.proxy.discovery.eventing.EventConsumer;
import org.jspecify.annotations.Nullable;

/** Follows events on their way to the methods that consume them; on any thread, and quick. */
@FunctionalInterface
public interface ConsumerTraces {

  /**
   * An attempt to process an event begins.
   *
   * @param method full name
   * @param published what the event says of the trace it comes from; null if nothing
   */
  Span begin(EventConsumer consumer, String method, @Nullable TraceContext published);
}
