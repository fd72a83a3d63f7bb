package io.cloudstate.proxy.call;

import com.google.protobuf.ByteString;

/**
 * A value of the user's as it travels and as it is stored: a type URL and the bytes of the message.
 * The proxy never looks into the bytes beyond an entity's key fields.
 *
 * @param typeUrl e.g. {@code type.googleapis.com/com.example.Item}; may be empty
 * @param value the serialized message; must not change afterwards
 */
public record Payload(String typeUrl, ByteString value) {

  /** Prefix of the type URL of every protobuf message that the proxy itself wraps. */
  public static final String TYPE_URL_PREFIX = "type.googleapis.com/";

  /** Where there is no message. */
  public static final Payload NONE = new Payload("", ByteString.EMPTY);

  /** Shows the size, never the content. */
  @Override
  public String toString() {
    return typeUrl + " <" + value.size() + " bytes>";
  }
}
