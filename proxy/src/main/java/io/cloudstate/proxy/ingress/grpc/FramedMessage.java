package io.cloudstate.proxy.ingress.grpc;

import com.google.protobuf.UnsafeByteOperations;
import io.cloudstate.proxy.ingress.calls.IngressFailures;
import io.cloudstate.proxy.ingress.calls.RequestMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;

/** Reads the messages in the body of a gRPC call out of their frames. */
final class FramedMessage {

  /** Flag and length before each message on the wire. */
  static final int HEADER_BYTES = 5;

  private FramedMessage() {}

  /**
   * Reads a whole body. The array must not change afterwards: the message is a part of it.
   *
   * @param gzip whether compressed messages are gzip; otherwise there may be none
   * @param maxBytes largest message accepted, after decompression
   */
  static RequestMessage read(byte[] body, boolean gzip, int maxBytes) {
    if (body.length == 0) {
      return new RequestMessage.Unreadable(GrpcFailures.noMessage());
    }
    if (body.length < HEADER_BYTES) {
      return new RequestMessage.Unreadable(GrpcFailures.badFrame("cut off"));
    }
    long length = lengthAt1(body);
    if (length > maxBytes) {
      return new RequestMessage.Unreadable(IngressFailures.tooLarge(maxBytes));
    }
    long rest = body.length - HEADER_BYTES - length;
    if (rest != 0) {
      return new RequestMessage.Unreadable(
          rest > 0 ? GrpcFailures.severalMessages() : GrpcFailures.badFrame("cut off"));
    }
    return at(body, 0, (int) length, gzip, maxBytes);
  }

  /**
   * Reads the message of the frame at this place, all of which is there.
   *
   * @param length of the message, without the frame's header; not over {@code maxBytes}
   */
  static RequestMessage at(byte[] bytes, int offset, int length, boolean gzip, int maxBytes) {
    var flag = bytes[offset];
    var start = offset + HEADER_BYTES;
    if (flag == 0) {
      return new RequestMessage.Complete(UnsafeByteOperations.unsafeWrap(bytes, start, length));
    }
    if (flag != 1 || !gzip) {
      return new RequestMessage.Unreadable(
          GrpcFailures.badFrame("flag " + flag + " (expected: 0, or 1 with grpc-encoding)"));
    }
    return unzipped(bytes, start, length, maxBytes);
  }

  private static long lengthAt1(byte[] body) {
    return (body[1] & 0xffL) << 24
        | (body[2] & 0xffL) << 16
        | (body[3] & 0xffL) << 8
        | (body[4] & 0xffL);
  }

  private static RequestMessage unzipped(byte[] bytes, int start, int length, int maxBytes) {
    try (var in = new GZIPInputStream(new ByteArrayInputStream(bytes, start, length))) {
      // One byte more than allowed tells too large from just right; a bomb is not unpacked further.
      var message = in.readNBytes((int) Math.min(maxBytes + 1L, Integer.MAX_VALUE));
      return message.length > maxBytes
          ? new RequestMessage.Unreadable(IngressFailures.tooLarge(maxBytes))
          : new RequestMessage.Complete(UnsafeByteOperations.unsafeWrap(message));
    } catch (IOException e) {
      return new RequestMessage.Unreadable(GrpcFailures.badFrame("not gzip"));
    }
  }
}
