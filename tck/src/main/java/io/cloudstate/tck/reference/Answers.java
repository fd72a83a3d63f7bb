package io.cloudstate.tck.reference;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import com.google.protobuf.StringValue;
import io.cloudstate.protocol.EntityOuterClass.ClientAction;
import io.cloudstate.protocol.EntityOuterClass.Failure;
import io.cloudstate.protocol.EntityOuterClass.Forward;
import io.cloudstate.protocol.EntityOuterClass.Reply;
import io.cloudstate.protocol.EntityOuterClass.SideEffect;

/** The parts of answers that all kinds of entities share, and how payloads are packed. */
final class Answers {

  private static final String MESSAGE = "type.googleapis.com/";
  private static final String STRING = "p.cloudstate.io/string";
  private static final String JSON = "json.cloudstate.io/";

  /** Of the one method that every target of forwards and effects has. */
  static final String CALL = "Call";

  static ClientAction reply(Message payload) {
    return ClientAction.newBuilder()
        .setReply(Reply.newBuilder().setPayload(packed(payload)))
        .build();
  }

  static ClientAction failure(long commandId, String description) {
    return ClientAction.newBuilder().setFailure(failed(commandId, description)).build();
  }

  static Failure failed(long commandId, String description) {
    return Failure.newBuilder().setCommandId(commandId).setDescription(description).build();
  }

  static ClientAction forward(String service, Message payload) {
    return ClientAction.newBuilder().setForward(forwarded(service, CALL, payload)).build();
  }

  static Forward forwarded(String service, String command, Message payload) {
    return Forward.newBuilder()
        .setServiceName(service)
        .setCommandName(command)
        .setPayload(packed(payload))
        .build();
  }

  static SideEffect effect(String service, Message payload, boolean isSynchronous) {
    return SideEffect.newBuilder()
        .setServiceName(service)
        .setCommandName(CALL)
        .setPayload(packed(payload))
        .setSynchronous(isSynchronous)
        .build();
  }

  static Any packed(Message message) {
    return Any.pack(message, MESSAGE);
  }

  /**
   * The message that a payload holds.
   *
   * @throws ProtocolViolation if its bytes are none of that type
   */
  static <T extends Message> T unpacked(Any payload, Parser<T> parser) {
    try {
      return parser.parseFrom(payload.getValue());
    } catch (InvalidProtocolBufferException e) {
      throw new ProtocolViolation("payload " + payload.getTypeUrl() + ": " + e.getMessage());
    }
  }

  /** A text as elements, keys and registers hold it: in field 1, the empty one as no bytes. */
  static Any primitive(String text) {
    return Any.newBuilder()
        .setTypeUrl(STRING)
        .setValue(StringValue.of(text).toByteString())
        .build();
  }

  static String text(Any primitive) {
    if (!primitive.getTypeUrl().equals(STRING)) {
      throw new ProtocolViolation(
          "element " + primitive.getTypeUrl() + " (expected: " + STRING + ")");
    }
    return unpacked(primitive, StringValue.parser()).getValue();
  }

  /** JSON text, its UTF-8 bytes in field 1. */
  static Any json(String typeName, String text) {
    return Any.newBuilder()
        .setTypeUrl(JSON + typeName)
        .setValue(BytesValue.of(ByteString.copyFromUtf8(text)).toByteString())
        .build();
  }

  static String jsonText(Any payload) {
    if (!payload.getTypeUrl().startsWith(JSON)) {
      throw new ProtocolViolation("event " + payload.getTypeUrl() + " (expected: " + JSON + "…)");
    }
    return unpacked(payload, BytesValue.parser()).getValue().toStringUtf8();
  }

  private Answers() {}
}
