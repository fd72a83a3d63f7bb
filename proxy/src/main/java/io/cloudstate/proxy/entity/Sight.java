package io.cloudstate.proxy.entity;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/**
 * What can be seen of an entity from outside: what it does, and nothing of what it holds.
 *
 * @param node where it is, or would be
 * @param state of its instance, in the words of the kind
 * @param waiting commands that wait for the function to take them
 * @param inFlight commands that are with the function, or being stored
 * @param idleMillis since something happened last
 */
public record Sight(
    String node, String state, boolean isLoaded, int waiting, int inFlight, long idleMillis) {

  private static final int NODE = 1;
  private static final int STATE = 2;
  private static final int IS_LOADED = 3;
  private static final int WAITING = 4;
  private static final int IN_FLIGHT = 5;
  private static final int IDLE_MILLIS = 6;

  /** As it travels between nodes; who does not know a field skips it. */
  byte[] toBytes() {
    var bytes = new ByteArrayOutputStream();
    var out = CodedOutputStream.newInstance(bytes);
    try {
      out.writeString(NODE, node);
      out.writeString(STATE, state);
      out.writeBool(IS_LOADED, isLoaded);
      out.writeInt32(WAITING, waiting);
      out.writeInt32(IN_FLIGHT, inFlight);
      out.writeInt64(IDLE_MILLIS, idleMillis);
      out.flush();
    } catch (IOException e) {
      throw new AssertionError("memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  static Sight fromBytes(byte[] bytes) throws IOException {
    var in = CodedInputStream.newInstance(bytes);
    var node = "";
    var state = "";
    var isLoaded = false;
    var waiting = 0;
    var inFlight = 0;
    var idleMillis = 0L;
    for (var tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case NODE -> node = in.readString();
        case STATE -> state = in.readString();
        case IS_LOADED -> isLoaded = in.readBool();
        case WAITING -> waiting = in.readInt32();
        case IN_FLIGHT -> inFlight = in.readInt32();
        case IDLE_MILLIS -> idleMillis = in.readInt64();
        default -> in.skipField(tag);
      }
    }
    return new Sight(node, state, isLoaded, waiting, inFlight, idleMillis);
  }
}
