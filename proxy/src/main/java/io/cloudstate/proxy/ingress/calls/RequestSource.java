package io.cloudstate.proxy.ingress.calls;

import com.google.protobuf.ByteString;
import io.cloudstate.proxy.call.Failure;

/** The messages of a body, read as they are wanted. Used on the call's event loop only. */
public interface RequestSource {

  /** Of a body that is not read. */
  RequestSource NONE =
      new RequestSource() {
        @Override
        public void want(int messages) {}

        @Override
        public void stop() {}
      };

  /** So many messages more are to be read. */
  void want(int messages);

  /** Reads no further. */
  void stop();

  /** What comes of it; nothing follows the end or a failure. */
  interface Sink {

    void onMessage(ByteString message);

    void onEndOfInput();

    /** The body is not what it should be. */
    void onBadInput(Failure failure);
  }
}
