package io.cloudstate.tck.reference;

import java.util.List;

/**
 * The function's side of one stream: what it answers to each message, in order. Plain bookkeeping
 * without I/O; a session belongs to one stream and is called by one thread at a time.
 *
 * @param <I> what the proxy sends
 * @param <O> what the function sends
 */
public interface Session<I, O> {

  /**
   * The answers to a message.
   *
   * @throws ProtocolViolation if the proxy may not send it here; the stream ends with a failure
   */
  List<O> onMessage(I message);

  /** What is left to say when the proxy has half-closed; the function completes after it. */
  default List<O> onCompleted() {
    return List.of();
  }
}
