package io.cloudstate.bench.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The messages of {@code counter.proto}, written and read by hand. */
public final class CounterMessages {

  private static final int KEY_FIELD = 1;
  private static final int COMMAND_BY_FIELD = 2;
  private static final int NUMBER_FIELD = 1;
  private static final int EMITTED_FIELD = 2;

  /** A command as read. */
  public record CounterCommand(String counter, long by) {}

  private CounterMessages() {}

  public static byte[] command(String counter, long by) {
    var size =
        CodedOutputStream.computeStringSize(KEY_FIELD, counter)
            + CodedOutputStream.computeInt64Size(COMMAND_BY_FIELD, by);
    var bytes = new byte[size];
    var out = CodedOutputStream.newInstance(bytes);
    try {
      out.writeString(KEY_FIELD, counter);
      out.writeInt64(COMMAND_BY_FIELD, by);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes;
  }

  public static CounterCommand readCommand(byte[] bytes) throws IOException {
    var in = CodedInputStream.newInstance(bytes);
    var counter = "";
    var by = 0L;
    for (var tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag >>> 3) {
        case KEY_FIELD -> counter = in.readString();
        case COMMAND_BY_FIELD -> by = in.readInt64();
        default -> in.skipField(tag);
      }
    }
    return new CounterCommand(counter, by);
  }

  /** The field {@code by} of a command: all that somebody needs who knows the counter. */
  public static long readBy(CodedInputStream command) throws IOException {
    return readNumber(command, COMMAND_BY_FIELD);
  }

  /** A {@code CounterValue} or {@code Incremented}: both are one number. */
  public static byte[] number(long number) {
    var bytes = new byte[CodedOutputStream.computeInt64Size(NUMBER_FIELD, number)];
    var out = CodedOutputStream.newInstance(bytes);
    try {
      out.writeInt64(NUMBER_FIELD, number);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes;
  }

  /** The same with the time at which it was emitted. */
  public static byte[] number(long number, long emittedNanos) {
    var size =
        CodedOutputStream.computeInt64Size(NUMBER_FIELD, number)
            + CodedOutputStream.computeInt64Size(EMITTED_FIELD, emittedNanos);
    var bytes = new byte[size];
    var out = CodedOutputStream.newInstance(bytes);
    try {
      out.writeInt64(NUMBER_FIELD, number);
      out.writeInt64(EMITTED_FIELD, emittedNanos);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes;
  }

  /** When it was emitted; 0 if it does not say. */
  public static long readEmitted(CodedInputStream in) throws IOException {
    return readNumber(in, EMITTED_FIELD);
  }

  /** Reads what {@link #number} wrote. */
  public static long readNumber(CodedInputStream in) throws IOException {
    return readNumber(in, NUMBER_FIELD);
  }

  private static long readNumber(CodedInputStream in, int field) throws IOException {
    var number = 0L;
    for (var tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag >>> 3 == field) {
        number = in.readInt64();
      } else {
        in.skipField(tag);
      }
    }
    return number;
  }
}
