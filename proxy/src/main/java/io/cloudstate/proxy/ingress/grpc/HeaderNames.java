package io.cloudstate.proxy.ingress.grpc;

import java.util.Set;

/** Which headers belong to the transport and are never metadata, in either direction. */
final class HeaderNames {

  static final String BINARY_SUFFIX = "-bin";

  private static final Set<String> OF_THE_TRANSPORT =
      Set.of(
          "connection",
          "content-encoding",
          "content-length",
          "content-type",
          "expect",
          "host",
          "http2-settings",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private HeaderNames() {}

  /**
   * @param name in lower case
   */
  static boolean isReserved(String name) {
    return name.isEmpty()
        || name.charAt(0) == ':'
        || name.startsWith("grpc-")
        || OF_THE_TRANSPORT.contains(name);
  }

  /** Whether every character may stand in a name of gRPC metadata. */
  static boolean isValid(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean valid =
          (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
      if (!valid) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  /** Whether every character is printable ASCII, as gRPC demands of a text value. */
  static boolean isValidValue(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < ' ' || c > '~') {
        return false;
      }
    }
    return true;
  }
}
