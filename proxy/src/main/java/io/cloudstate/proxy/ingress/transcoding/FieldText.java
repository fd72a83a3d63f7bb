package io.cloudstate.proxy.ingress.transcoding;

import com.google.gson.JsonPrimitive;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.util.Base64;
import java.util.Locale;

/** The value of a field out of the text that stands for it in a path or a query. */
final class FieldText {

  private FieldText() {}

  /**
   * Reads one value.
   *
   * @param into a message with that field, to make values that are messages
   */
  static Object value(FieldDescriptor field, String text, Message.Builder into) throws Unbuildable {
    try {
      return switch (field.getType()) {
        case BOOL -> bool(text);
        case INT32, SINT32, SFIXED32 -> Integer.valueOf(text);
        case INT64, SINT64, SFIXED64 -> Long.valueOf(text);
        case UINT32, FIXED32 -> Integer.parseUnsignedInt(text);
        case UINT64, FIXED64 -> Long.parseUnsignedLong(text);
        case FLOAT -> Float.valueOf(text);
        case DOUBLE -> Double.valueOf(text);
        case STRING -> text;
        case BYTES -> bytes(text);
        case ENUM -> enumValue(field, text);
        case MESSAGE, GROUP -> message(field, text, into);
      };
    } catch (IllegalArgumentException | InvalidProtocolBufferException e) {
      throw new Unbuildable(
          "%s: %s (expected: %s)".formatted(field.getName(), text, expected(field)));
    }
  }

  private static boolean bool(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException(text);
    };
  }

  /** Both alphabets of base64, with padding or without. */
  private static ByteString bytes(String text) {
    return ByteString.copyFrom(
        Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/').replace(' ', '+')));
  }

  private static Object enumValue(FieldDescriptor field, String text) {
    var type = field.getEnumType();
    var named = type.findValueByName(text);
    if (named != null) {
      return named;
    }
    int number = Integer.parseInt(text);
    var numbered =
        field.legacyEnumFieldTreatedAsClosed()
            ? type.findValueByNumber(number)
            : type.findValueByNumberCreatingIfUnknown(number);
    if (numbered == null) {
      throw new IllegalArgumentException(text);
    }
    return numbered;
  }

  private static Message message(FieldDescriptor field, String text, Message.Builder into)
      throws InvalidProtocolBufferException {
    var message = into.newBuilderForField(field);
    JsonFormat.parser().merge(new JsonPrimitive(text).toString(), message);
    return message.build();
  }

  private static String expected(FieldDescriptor field) {
    return switch (field.getType()) {
      case BOOL -> "true or false";
      case BYTES -> "base64";
      case ENUM -> "a value of " + field.getEnumType().getFullName();
      case MESSAGE, GROUP -> field.getMessageType().getFullName() + " as in JSON";
      default -> field.getType().name().toLowerCase(Locale.ROOT);
    };
  }
}
