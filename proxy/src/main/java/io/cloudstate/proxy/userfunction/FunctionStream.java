package io.cloudstate.proxy.userfunction;

import io.grpc.ClientCall;

/**
 * The proxy's side of one open stream to the user function. Not thread-safe, except {@link
 * #cancel}. The function may send some messages more than were {@linkplain #expect() expected}, and
 * what is beyond stays in its own buffers and not in ours.
 */
public final class FunctionStream<I> {

  /** Messages are allowed in blocks: each permission is a task for the transport's thread. */
  private static final int BLOCK = 16;

  private final ClientCall<I, ?> call;
  private boolean isHalfClosed;
  private int expectedOfBlock;

  FunctionStream(ClientCall<I, ?> call) {
    this.call = call;
    call.request(2 * BLOCK);
  }

  /**
   * Whether a message would go out without being buffered beyond the transport's window. Sending
   * while not ready is allowed and buffers; bulk senders wait for {@link StreamListener#onReady}.
   */
  public boolean isReady() {
    return call.isReady();
  }

  /** Sends a message. Ignored after {@link #halfClose}. */
  public void send(I message) {
    if (!isHalfClosed) {
      call.sendMessage(message);
    }
  }

  /** The function is to send one more message; to be called once for each that it may send. */
  public void expect() {
    expectedOfBlock++;
    if (expectedOfBlock == BLOCK) {
      expectedOfBlock = 0;
      call.request(BLOCK);
    }
  }

  /** Ends the proxy's side; the function may still send, and is expected to end its side. */
  public void halfClose() {
    if (!isHalfClosed) {
      isHalfClosed = true;
      call.halfClose();
    }
  }

  /**
   * Ends both sides at once. {@link StreamListener#onEnd} still follows, if it has not come yet.
   */
  public void cancel(String why) {
    call.cancel(why, null);
  }
}
