package io.cloudstate.proxy.ingress.calls;

import com.google.protobuf.ByteString;
import io.cloudstate.proxy.call.Failure;

/** A message in the body of a call, or what is wrong with the body. */
public sealed interface RequestMessage {

  /**
   * The one message.
   *
   * @param bytes as the method's input type is serialized; must not change afterwards
   */
  record Complete(ByteString bytes) implements RequestMessage {}

  record Unreadable(Failure failure) implements RequestMessage {}
}
