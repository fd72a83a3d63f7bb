package io.cloudstate.proxy.userfunction;

import io.grpc.ClientCall;

/**
 * The proxy's side of one open stream to the user function. Not thread-safe, except {@link
 * #cancel}. The function may send one message unasked for; each further one has to be allowed by
 * {@link #allow}, so that a function that talks too much fills its own buffers and not ours.
 */
public final class FunctionStream<I> {

  private final ClientCall<I, ?> call;
  private boolean isHalfClosed;

  FunctionStream(ClientCall<I, ?> call) {
    this.call = call;
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

  /** Allows the function one more message. */
  public void allow() {
    call.request(1);
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
