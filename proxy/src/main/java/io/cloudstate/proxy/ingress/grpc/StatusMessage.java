package io.cloudstate.proxy.ingress.grpc;

import java.nio.charset.StandardCharsets;

/** The text beside a status as it stands in the header {@code grpc-message}. */
final class StatusMessage {

  /**
   * Longest text on the wire. Clients accept 8 KiB of headers unless told otherwise and would not
   * see the status at all if its text were longer.
   */
  static final int MAX_CHARS = 6 * 1024;

  private static final String HEX = "0123456789ABCDEF";

  private StatusMessage() {}

  /** Percent-encodes what is not printable ASCII; what is over {@link #MAX_CHARS} is cut off. */
  static String encoded(String text) {
    var encoded = new StringBuilder(text.length());
    int[] codePoints = text.codePoints().limit(MAX_CHARS).toArray();
    for (int codePoint : codePoints) {
      int before = encoded.length();
      append(codePoint, encoded);
      if (encoded.length() > MAX_CHARS) {
        encoded.setLength(before);
        break;
      }
    }
    return encoded.toString();
  }

  private static void append(int codePoint, StringBuilder encoded) {
    if (codePoint >= ' ' && codePoint <= '~' && codePoint != '%') {
      encoded.append((char) codePoint);
      return;
    }
    for (byte b : Character.toString(codePoint).getBytes(StandardCharsets.UTF_8)) {
      encoded.append('%').append(HEX.charAt(b >> 4 & 0xf)).append(HEX.charAt(b & 0xf));
    }
  }
}
