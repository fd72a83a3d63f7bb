package io.cloudstate.proxy.userfunction;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * How many streams an HTTP/2 server allows on a connection. The gRPC client keeps what the server
 * says of that to itself, and lets streams beyond the limit wait without a word; so a connection of
 * our own reads the {@code SETTINGS} frame with which every server begins (RFC 9113, 3.4 and 6.5).
 */
final class StreamLimit {

  /** The server names no limit. */
  static final int NONE = Integer.MAX_VALUE;

  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NO_SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};
  private static final int SETTINGS = 4;
  private static final int MAX_CONCURRENT_STREAMS = 3;
  private static final int MAX_FRAME_BYTES = 16_384;
  private static final int BYTES_PER_SETTING = 6;

  private StreamLimit() {}

  /**
   * Asks the server. Blocks, for about the time-out at most.
   *
   * @throws IOException when it cannot be reached or does not speak HTTP/2
   */
  static int ask(String host, int port, Duration timeout) throws IOException {
    var millis = Math.toIntExact(timeout.toMillis());
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), millis);
      socket.setSoTimeout(millis);
      var out = socket.getOutputStream();
      out.write(PREFACE);
      out.write(NO_SETTINGS);
      out.flush();
      return read(new DataInputStream(socket.getInputStream()));
    }
  }

  /** From the first frame, which has to be the settings. */
  private static int read(DataInputStream in) throws IOException {
    var lengthAndType = in.readInt();
    var length = lengthAndType >>> 8;
    var type = lengthAndType & 0xff;
    if (type != SETTINGS || length > MAX_FRAME_BYTES) {
      throw new IOException(
          "first frame of type %d with %d bytes (expected: SETTINGS)".formatted(type, length));
    }
    in.skipNBytes(5); // flags and stream
    var limit = NONE;
    for (var i = 0; i < length / BYTES_PER_SETTING; i++) {
      var name = in.readUnsignedShort();
      var value = Integer.toUnsignedLong(in.readInt());
      if (name == MAX_CONCURRENT_STREAMS) {
        limit = (int) Math.min(value, NONE);
      }
    }
    return limit;
  }
}
