package io.cloudstate.proxy.ingress.transcoding;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UnsafeByteOperations;

/** The message that is a body as it is, whatever its content type: {@code google.api.HttpBody}. */
final class HttpBodies {

  private static final String NAME = "google.api.HttpBody";
  private static final int CONTENT_TYPE = 1;
  private static final int DATA = 2;

  private HttpBodies() {}

  static boolean isHttpBody(Descriptor type) {
    return type.getFullName().equals(NAME);
  }

  static void set(Message.Builder message, String contentType, byte[] body) {
    var type = message.getDescriptorForType();
    message.setField(type.findFieldByNumber(CONTENT_TYPE), contentType);
    message.setField(type.findFieldByNumber(DATA), UnsafeByteOperations.unsafeWrap(body));
  }

  /** Empty if the function says none. */
  static String contentType(Message message) {
    return (String)
        message.getField(message.getDescriptorForType().findFieldByNumber(CONTENT_TYPE));
  }

  static ByteString data(Message message) {
    return (ByteString) message.getField(message.getDescriptorForType().findFieldByNumber(DATA));
  }
}
