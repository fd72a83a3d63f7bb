package io.cloudstate.proxy.call;

import java.util.function.BooleanSupplier;

/**
 * One command on its way to the method that answers it.
 *
 * @param service full name of the user's service
 * @param method simple name of its rpc
 * @param payload the request, with the type URL of the rpc's input type
 * @param metadata what came beside it
 * @param deadlineNanos when the caller stops waiting, as {@link System#nanoTime()}
 * @param isAbandoned whether nobody waits for the answer any more: the caller has one, gave up or
 *     went away. Never goes back to false; cheap, and safe from any thread
 */
public record Call(
    String service,
    String method,
    Payload payload,
    Metadata metadata,
    long deadlineNanos,
    BooleanSupplier isAbandoned) {

  /** A call whose caller never gives up before the deadline. */
  public Call(
      String service, String method, Payload payload, Metadata metadata, long deadlineNanos) {
    this(service, method, payload, metadata, deadlineNanos, () -> false);
  }
}
