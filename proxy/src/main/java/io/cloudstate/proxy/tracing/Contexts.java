package io.cloudstate.proxy.tracing;

import io.cloudstate.proxy.call.TraceContext;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The library's contexts and ours. */
final class Contexts {

  private static final TextMapGetter<TraceContext> GETTER =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(TraceContext context) {
          return List.of(TraceContext.TRACEPARENT, TraceContext.TRACESTATE);
        }

        @Override
        public @Nullable String get(@Nullable TraceContext context, String key) {
          if (context == null) {
            return null;
          }
          return key.equals(TraceContext.TRACEPARENT)
              ? context.traceparent()
              : context.tracestate();
        }
      };

  private Contexts() {}

  /** An empty one if there is none, or none that can be read. */
  static Context of(@Nullable TraceContext context) {
    return context == null
        ? Context.root()
        : W3CTraceContextPropagator.getInstance().extract(Context.root(), context, GETTER);
  }

  /**
   * The other way round.
   *
   * @param received from which the span's state is, if it has any
   */
  static TraceContext of(SpanContext span, @Nullable TraceContext received) {
    return new TraceContext(
        "00-" + span.getTraceId() + "-" + span.getSpanId() + "-" + span.getTraceFlags().asHex(),
        received == null || span.getTraceState().isEmpty() ? "" : received.tracestate());
  }
}
