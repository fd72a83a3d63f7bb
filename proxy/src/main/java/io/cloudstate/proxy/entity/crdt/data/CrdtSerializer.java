package io.cloudstate.proxy.entity.crdt.data;

import akka.actor.ExtendedActorSystem;
import akka.actor.typed.javadsl.Adapter;
import akka.serialization.SerializerWithStringManifest;
import io.cloudstate.proxy.storage.replicator.Replicated;
import io.cloudstate.proxy.storage.replicator.Traffic;
import java.io.IOException;
import java.io.NotSerializableException;

/**
 * Takes CRDTs and their changes from node to node. During an update of the service nodes of two
 * releases talk to each other: a release that writes another form still reads the one before, and
 * writes the new one only when the release before can read it.
 */
public final class CrdtSerializer extends SerializerWithStringManifest {

  /** Travels with every value; never change it. */
  public static final int IDENTIFIER = 1222419124;

  /** The form that {@link CrdtWriter} describes. */
  static final String FIRST_FORM = "1";

  private final Traffic traffic;

  /** Made by Akka. */
  public CrdtSerializer(ExtendedActorSystem system) {
    this(Traffic.of(Adapter.toTyped(system)));
  }

  CrdtSerializer(Traffic traffic) {
    this.traffic = traffic;
  }

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object replicated) {
    return FIRST_FORM;
  }

  @Override
  public byte[] toBinary(Object replicated) {
    var bytes = CrdtWriter.write((Crdt) ((Replicated<?>) replicated).value());
    traffic.wrote(bytes.length);
    return bytes;
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    if (!manifest.equals(FIRST_FORM)) {
      throw new NotSerializableException(
          "CRDT of form '%s' (expected: '%s')".formatted(manifest, FIRST_FORM));
    }
    traffic.read(bytes.length);
    try {
      return new Replicated<>(CrdtReader.read(bytes));
    } catch (IOException | RuntimeException broken) {
      var notReadable = new NotSerializableException("CRDT of %d bytes".formatted(bytes.length));
      notReadable.initCause(broken);
      throw notReadable;
    }
  }
}
