package io.cloudstate.proxy.ingress;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Bodies of gRPC-Web, written and read as its specification says, by other code than ours. */
final class WebFrames {

  /**
   * What a response's body held.
   *
   * @param trailers the text of the last frame, null if there is none
   */
  record Body(List<byte[]> messages, @Nullable String trailers) {

    byte[] onlyMessage() {
      if (messages.size() != 1) {
        throw new AssertionError("messages: " + messages.size() + ", trailers: " + trailers);
      }
      return messages.get(0);
    }
  }

  private WebFrames() {}

  /** A body of these messages. */
  static byte[] of(byte[]... messages) {
    var body = new ByteArrayOutputStream();
    for (var message : messages) {
      body.write(0);
      body.writeBytes(ByteBuffer.allocate(4).putInt(message.length).array());
      body.writeBytes(message);
    }
    return body.toByteArray();
  }

  static Body read(byte[] body) {
    var messages = new ArrayList<byte[]>();
    var buffer = ByteBuffer.wrap(body);
    while (buffer.hasRemaining()) {
      var flag = buffer.get();
      var content = new byte[buffer.getInt()];
      buffer.get(content);
      if (flag == (byte) 0x80) {
        if (buffer.hasRemaining()) {
          throw new AssertionError("bytes after the trailers: " + buffer.remaining());
        }
        return new Body(messages, new String(content, StandardCharsets.US_ASCII));
      }
      messages.add(content);
    }
    return new Body(messages, null);
  }

  static byte[] encoded(byte[] bytes) {
    return Base64.getEncoder().encode(bytes);
  }

  /** Decodes parts that were encoded one by one. */
  static byte[] decoded(byte[] text) {
    var decoded = new ByteArrayOutputStream();
    for (var i = 0; i < text.length; i += 4) {
      decoded.writeBytes(
          Base64.getDecoder().decode(new String(text, i, 4, StandardCharsets.US_ASCII)));
    }
    return decoded.toByteArray();
  }
}
