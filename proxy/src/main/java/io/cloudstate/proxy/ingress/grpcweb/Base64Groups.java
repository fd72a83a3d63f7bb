package io.cloudstate.proxy.ingress.grpcweb;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Decodes base64 that comes in pieces, group of four by group of four. A group may be padded
 * anywhere, because clients encode parts of a body by themselves. Not thread-safe.
 */
final class Base64Groups {

  private static final int GROUP = 4;
  private static final byte INVALID = -1;
  private static final byte[] VALUES = values();

  private final byte[] group = new byte[GROUP];
  private int held; // how many characters of a group wait for its rest

  private static byte[] values() {
    var values = new byte[256];
    Arrays.fill(values, INVALID);
    var alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (var i = 0; i < alphabet.length(); i++) {
      values[alphabet.charAt(i)] = (byte) i;
    }
    return values;
  }

  /** What the groups that are complete now stand for, or null if one of them is no base64. */
  byte @Nullable [] decode(byte[] piece) {
    var decoded = new byte[(held + piece.length) / GROUP * 3];
    var length = 0;
    for (var character : piece) {
      group[held++] = character;
      if (held == GROUP) {
        held = 0;
        var bytes = decodeGroup(decoded, length);
        if (bytes == 0) {
          return null;
        }
        length += bytes;
      }
    }
    return length == decoded.length ? decoded : Arrays.copyOf(decoded, length);
  }

  /** Whether nothing waits for the rest of its group. */
  boolean isComplete() {
    return held == 0;
  }

  /** Writes the group's bytes, and answers how many; 0 if it is no base64. */
  private int decodeGroup(byte[] to, int at) {
    var padding = group[3] != '=' ? 0 : group[2] != '=' ? 1 : 2;
    var bits = 0;
    for (var i = 0; i < GROUP; i++) {
      var value = i < GROUP - padding ? VALUES[group[i] & 0xff] : 0;
      if (value == INVALID) {
        return 0;
      }
      bits = (bits << 6) | value;
    }
    for (var i = 0; i < 3 - padding; i++) {
      to[at + i] = (byte) (bits >>> (16 - 8 * i));
    }
    return 3 - padding;
  }
}
