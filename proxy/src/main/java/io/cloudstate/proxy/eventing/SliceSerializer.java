package io.cloudstate.proxy.eventing;

import akka.actor.ExtendedActorSystem;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.javadsl.Adapter;
import akka.serialization.SerializerWithStringManifest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Takes what slices are told and tell from node to node (docs/decisions/0009). Made by Akka. */
public final class SliceSerializer extends SerializerWithStringManifest {

  /** Travels with every message; never change it. */
  public static final int IDENTIFIER = 1222419126;

  private static final String SIGNAL = "s";
  private static final String GET_STATUS = "g";
  private static final String STATUS = "t";

  private final ExtendedActorSystem system;

  public SliceSerializer(ExtendedActorSystem system) {
    this.system = system;
  }

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object message) {
    if (message instanceof LogSlice.Signal) {
      return SIGNAL;
    }
    return message instanceof LogSlice.GetStatus ? GET_STATUS : STATUS;
  }

  @Override
  public byte[] toBinary(Object message) {
    if (message instanceof LogSlice.Signal signal) {
      return signal.name().getBytes(StandardCharsets.US_ASCII);
    }
    if (message instanceof LogSlice.GetStatus get) {
      return references().toSerializationFormat(get.replyTo()).getBytes(StandardCharsets.UTF_8);
    }
    return write((SliceStatus) message);
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    try {
      return switch (manifest) {
        case SIGNAL -> LogSlice.Signal.valueOf(new String(bytes, StandardCharsets.US_ASCII));
        case GET_STATUS ->
            new LogSlice.GetStatus(
                references().resolveActorRef(new String(bytes, StandardCharsets.UTF_8)));
        case STATUS -> read(bytes);
        default -> throw unreadable("of form '%s'".formatted(manifest));
      };
    } catch (IllegalArgumentException | IOException e) {
      throw unreadable("of %d bytes: %s".formatted(bytes.length, e));
    }
  }

  /** Not before it is needed: serializers are made while the actor system is. */
  private ActorRefResolver references() {
    return ActorRefResolver.get(Adapter.toTyped(system));
  }

  private static NotSerializableException unreadable(String what) {
    return new NotSerializableException("message of an event consumer " + what);
  }

  private static byte[] write(SliceStatus status) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.writeUTF(status.node());
      out.writeUTF(status.state());
      out.writeLong(status.position());
      out.writeLong(status.doneUpTo());
      out.writeLong(status.lag());
      out.writeLong(status.secondsBehind());
      out.writeUTF(shortened(status.lastError()));
    } catch (IOException e) {
      throw new UncheckedIOException("nothing that is written here can fail", e);
    }
    return bytes.toByteArray();
  }

  /** A text of this kind has room for 64 KB, at 3 bytes a character at most. */
  private static String shortened(String text) {
    return text.length() <= 4_000 ? text : text.substring(0, 4_000);
  }

  private static SliceStatus read(byte[] bytes) throws IOException {
    var in = new DataInputStream(new ByteArrayInputStream(bytes));
    return new SliceStatus(
        in.readUTF(),
        in.readUTF(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readUTF());
  }
}
