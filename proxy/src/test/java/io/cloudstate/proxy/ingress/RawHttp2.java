package io.cloudstate.proxy.ingress;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A connection on which frames of HTTP/2 are written as its user likes, legal or not. */
final class RawHttp2 implements AutoCloseable {

  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int PRIORITY = 2;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;
  static final int UNKNOWN = 0x42;

  static final int NO_FLAGS = 0;
  static final int ACK = 1;
  static final int END_STREAM = 1;
  static final int END_HEADERS = 4;

  static final int NO_ERROR = 0;
  static final int ENHANCE_YOUR_CALM = 11;

  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int FRAME_HEADER_BYTES = 9;

  private final Socket socket;
  private final OutputStream out;

  private RawHttp2(Socket socket) throws IOException {
    this.socket = socket;
    this.out = new BufferedOutputStream(socket.getOutputStream(), 64 * 1024);
  }

  /** A connection that is set up, on which nothing has been asked for. */
  static RawHttp2 connect(int port) throws IOException {
    var connection = new RawHttp2(new Socket("localhost", port));
    connection.socket.setSoTimeout(20_000);
    connection.out.write(PREFACE);
    connection.write(SETTINGS, NO_FLAGS, 0);
    connection.flush();
    return connection;
  }

  RawHttp2 write(int type, int flags, int stream, byte... payload) throws IOException {
    var header = ByteBuffer.allocate(FRAME_HEADER_BYTES);
    header.put((byte) (payload.length >>> 16)).putShort((short) payload.length);
    header.put((byte) type).put((byte) flags).putInt(stream);
    out.write(header.array());
    out.write(payload);
    return this;
  }

  RawHttp2 flush() throws IOException {
    out.flush();
    return this;
  }

  /** The header block of a gRPC call. */
  static byte[] call(String path) {
    var block = new ByteArrayOutputStream();
    block.write(0x83); // :method POST
    block.write(0x86); // :scheme http
    block.write(0x04); // :path
    string(path, block);
    block.write(0x01); // :authority
    string("localhost", block);
    field("content-type", "application/grpc", block);
    field("te", "trailers", block);
    return block.toByteArray();
  }

  static void field(String name, String value, ByteArrayOutputStream block) {
    block.write(0x00); // literal, not indexed, with a new name
    string(name, block);
    string(value, block);
  }

  private static void string(String text, ByteArrayOutputStream block) {
    var bytes = text.getBytes(StandardCharsets.US_ASCII);
    if (bytes.length < 127) {
      block.write(bytes.length);
    } else {
      block.write(127);
      var rest = bytes.length - 127;
      for (; rest >= 128; rest >>>= 7) {
        block.write((rest & 127) | 128);
      }
      block.write(rest);
    }
    block.writeBytes(bytes);
  }

  /** Reads to the end of the connection; the error code of the GOAWAY before it, or -1. */
  int awaitEnd() throws IOException {
    var in = new DataInputStream(socket.getInputStream());
    var error = -1;
    try {
      while (true) {
        var length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
        var type = in.readUnsignedByte();
        in.readUnsignedByte();
        in.readInt();
        var payload = in.readNBytes(length);
        if (type == GOAWAY) {
          error = ByteBuffer.wrap(payload).getInt(4);
        }
      }
    } catch (EOFException | SocketException e) {
      return error;
    }
  }

  /** Reads a frame of this type, past others; its flags and payload, or an end of the stream. */
  byte[] awaitFrame(int wanted, int stream) throws IOException {
    var in = new DataInputStream(socket.getInputStream());
    while (true) {
      var length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
      var type = in.readUnsignedByte();
      in.readUnsignedByte();
      var id = in.readInt();
      var payload = in.readNBytes(length);
      if (type == wanted && id == stream) {
        return payload;
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
