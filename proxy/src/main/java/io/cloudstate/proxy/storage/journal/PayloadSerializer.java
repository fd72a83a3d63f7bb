package io.cloudstate.proxy.storage.journal;

import akka.serialization.SerializerWithStringManifest;
import com.google.protobuf.ByteString;
import io.cloudstate.proxy.call.Payload;

/**
 * Stores a payload as it is: its type URL is the manifest, its bytes are the bytes. A store that
 * keeps manifest and bytes in columns of their own can thus be read without us.
 */
public final class PayloadSerializer extends SerializerWithStringManifest {

  /** Stands beside every event and snapshot; never change it. */
  public static final int IDENTIFIER = 1222419123;

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object payload) {
    return ((Payload) payload).typeUrl();
  }

  @Override
  public byte[] toBinary(Object payload) {
    return ((Payload) payload).value().toByteArray();
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) {
    return new Payload(manifest, ByteString.copyFrom(bytes));
  }
}
