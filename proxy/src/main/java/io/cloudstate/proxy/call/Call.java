package io.cloudstate.proxy.call;

import org.jspecify.annotations.Nullable;

/**
 * One command on its way to the method that answers it.
 *
 * @param service full name of the user's service
 * @param method simple name of its rpc
 * @param payload the request, with the type URL of the rpc's input type; {@link Payload#NONE} when
 *     requests are streamed, and come later
 * @param metadata what came beside it
 * @param deadlineNanos when the caller stops waiting, as {@link System#nanoTime()}; see {@link
 *     #noDeadline}
 * @param isAbandoned whether nobody waits for the answer any more
 * @param outTopic where the reply is to be published, if whoever answers can bind that to the state
 *     it stores; null if that is none of its business
 * @param trace that it belongs to; null if nobody traces calls
 */
public record Call(
    String service,
    String method,
    Payload payload,
    Metadata metadata,
    long deadlineNanos,
    Abandonment isAbandoned,
    @Nullable String outTopic,
    @Nullable TraceContext trace) {

  /** A deadline further away than this is none. */
  private static final long FOR_EVER_NANOS = Long.MAX_VALUE / 4;

  /** A call whose reply is published by nobody, or by its caller. */
  public Call(
      String service,
      String method,
      Payload payload,
      Metadata metadata,
      long deadlineNanos,
      Abandonment isAbandoned) {
    this(service, method, payload, metadata, deadlineNanos, isAbandoned, null, null);
  }

  /** A call whose caller never gives up before the deadline. */
  public Call(
      String service, String method, Payload payload, Metadata metadata, long deadlineNanos) {
    this(service, method, payload, metadata, deadlineNanos, Abandonment.NEVER);
  }

  /** The deadline of a call that has none. */
  public static long noDeadline(long nowNanos) {
    return nowNanos + 2 * FOR_EVER_NANOS;
  }

  public boolean hasDeadline(long nowNanos) {
    return deadlineNanos - nowNanos < FOR_EVER_NANOS;
  }

  /** The same call of a method that streams requests. */
  public Call withoutPayload() {
    return new Call(
        service, method, Payload.NONE, metadata, deadlineNanos, isAbandoned, outTopic, trace);
  }

  /** The same call, with its reply published to that topic by whoever stores what it changes. */
  public Call publishedTo(@Nullable String topic) {
    return new Call(service, method, payload, metadata, deadlineNanos, isAbandoned, topic, trace);
  }

  /** The same call, as part of a trace. */
  public Call traced(@Nullable TraceContext context) {
    return context == null
        ? this
        : new Call(
            service, method, payload, metadata, deadlineNanos, isAbandoned, outTopic, context);
  }
}
