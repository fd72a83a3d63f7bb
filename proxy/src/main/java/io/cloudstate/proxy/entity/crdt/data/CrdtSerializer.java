package io.cloudstate.proxy.entity.crdt.data;

import akka.serialization.SerializerWithStringManifest;
import io.cloudstate.proxy.storage.replicator.Replicated;
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
    return CrdtWriter.write((Crdt) ((Replicated<?>) replicated).value());
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    if (!manifest.equals(FIRST_FORM)) {
      throw new NotSerializableException(
          "CRDT of form '%s' (expected: '%s')".formatted(manifest, FIRST_FORM));
    }
    try {
      return new Replicated<>(CrdtReader.read(bytes));
    } catch (IOException | RuntimeException broken) {
      var notReadable = new NotSerializableException("CRDT of %d bytes".formatted(bytes.length));
      notReadable.initCause(broken);
      throw notReadable;
    }
  }
}
