package io.cloudstate.proxy.ingress.grpc;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;

/** Puts a reply's bytes into the frame they have on the wire. */
final class ReplyMessage {

  private ReplyMessage() {}

  static byte[] plain(ByteString message) {
    var frame = new byte[FramedMessage.HEADER_BYTES + message.size()];
    message.copyTo(frame, FramedMessage.HEADER_BYTES);
    return withHeader(frame, 0);
  }

  static byte[] gzipped(ByteString message) {
    var out = new ByteArrayOutputStream(FramedMessage.HEADER_BYTES + message.size() / 2);
    out.write(new byte[FramedMessage.HEADER_BYTES], 0, FramedMessage.HEADER_BYTES);
    try (var gzip = new GZIPOutputStream(out)) {
      message.writeTo(gzip);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return withHeader(out.toByteArray(), 1);
  }

  private static byte[] withHeader(byte[] frame, int flag) {
    int length = frame.length - FramedMessage.HEADER_BYTES;
    frame[0] = (byte) flag;
    frame[1] = (byte) (length >>> 24);
    frame[2] = (byte) (length >>> 16);
    frame[3] = (byte) (length >>> 8);
    frame[4] = (byte) length;
    return frame;
  }
}
