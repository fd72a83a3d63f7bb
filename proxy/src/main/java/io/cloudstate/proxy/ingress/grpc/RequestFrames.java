package io.cloudstate.proxy.ingress.grpc;

import io.cloudstate.proxy.ingress.calls.IngressFailures;
import io.cloudstate.proxy.ingress.calls.RequestMessage;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The messages in a body that comes in pieces. A piece is looked at when a message is asked for, so
 * that what nobody wants yet stays as it came. Not thread-safe.
 */
final class RequestFrames {

  private static final int HEADER = FramedMessage.HEADER_BYTES;

  private final boolean gzip;
  private final int maxBytes;
  private final Deque<byte[]> pieces = new ArrayDeque<>(); // none is empty
  private int offset; // in the first piece
  private long available; // in all pieces

  /**
   * @param gzip whether compressed messages are gzip; otherwise there may be none
   * @param maxBytes largest message accepted, before and after decompression
   */
  RequestFrames(boolean gzip, int maxBytes) {
    this.gzip = gzip;
    this.maxBytes = maxBytes;
  }

  /** Takes the next piece; the array must not change afterwards. */
  void add(byte[] piece) {
    if (piece.length > 0) {
      pieces.add(piece);
      available += piece.length;
    }
  }

  /** Whether nothing is left, not even a part of a message. */
  boolean isEmpty() {
    return available == 0;
  }

  /** The next message, or null if it has not come as a whole. Not to be used after a bad one. */
  @Nullable RequestMessage next() {
    if (available < HEADER) {
      return null;
    }
    var length = 0L;
    for (var i = 1; i < HEADER; i++) {
      length = length << 8 | (byteAt(i) & 0xff);
    }
    if (length > maxBytes) {
      return new RequestMessage.Unreadable(IngressFailures.tooLarge(maxBytes));
    }
    return available < HEADER + length ? null : take((int) length);
  }

  private RequestMessage take(int length) {
    var first = pieces.getFirst();
    if (first.length - offset >= HEADER + length) {
      var message = FramedMessage.at(first, offset, length, gzip, maxBytes);
      skip(HEADER + length);
      return message;
    }
    var frame = new byte[HEADER + length];
    var filled = 0;
    while (filled < frame.length) {
      var piece = pieces.getFirst();
      var part = Math.min(piece.length - offset, frame.length - filled);
      System.arraycopy(piece, offset, frame, filled, part);
      filled += part;
      skip(part);
    }
    return FramedMessage.at(frame, 0, length, gzip, maxBytes);
  }

  /** Goes on within the first piece, or to its end. */
  private void skip(int bytes) {
    available -= bytes;
    offset += bytes;
    if (offset == pieces.getFirst().length) {
      pieces.removeFirst();
      offset = 0;
    }
  }

  private byte byteAt(int index) {
    var rest = offset + index;
    for (var piece : pieces) {
      if (rest < piece.length) {
        return piece[rest];
      }
      rest -= piece.length;
    }
    throw new AssertionError("no byte at " + index);
  }
}
