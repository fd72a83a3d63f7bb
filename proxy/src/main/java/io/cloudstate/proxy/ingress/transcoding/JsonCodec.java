package io.cloudstate.proxy.ingress.transcoding;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import java.util.Collection;

/**
 * Protobuf's JSON mapping (spec/ingress.md 7.3 and 7.4): names in camelCase, default values
 * included, no white space; read under both names, unknown fields refused. An {@code Any} may hold
 * every type of the given files. Immutable.
 */
final class JsonCodec {

  private final JsonFormat.Parser parser;
  private final JsonFormat.Printer printer;

  JsonCodec(Collection<FileDescriptor> files) {
    var types = TypeRegistry.newBuilder();
    for (var file : files) {
      types.add(file.getMessageTypes());
    }
    var registry = types.build();
    this.parser = JsonFormat.parser().usingTypeRegistry(registry);
    this.printer =
        JsonFormat.printer()
            .usingTypeRegistry(registry)
            .includingDefaultValueFields()
            .omittingInsignificantWhitespace();
  }

  /** Reads the JSON of a message into it. */
  void read(String json, Message.Builder into) throws Unbuildable {
    try {
      parser.merge(json, into);
    } catch (InvalidProtocolBufferException e) {
      throw new Unbuildable("body: " + e.getMessage());
    }
  }

  /** Reads the JSON of one field into its message, in which it is not set yet. */
  void readField(String json, FieldDescriptor field, Message.Builder into) throws Unbuildable {
    if (field.getJavaType() == JavaType.MESSAGE) {
      var value = into.newBuilderForField(field);
      read(json, value);
      into.setField(field, value.build());
      return;
    }
    var message = DynamicMessage.newBuilder(into.getDescriptorForType());
    read("{\"" + field.getName() + "\":" + json + "}", message);
    into.setField(field, message.getField(field));
  }

  /**
   * The message as JSON.
   *
   * @throws InvalidProtocolBufferException if it holds an {@code Any} of a type not known
   */
  String print(Message message) throws InvalidProtocolBufferException {
    return printer.print(message);
  }

  /** One field as JSON; {@code null} if it is one of those that JSON leaves out. */
  String printField(FieldDescriptor field, Message message) throws InvalidProtocolBufferException {
    if (field.getJavaType() == JavaType.MESSAGE && !field.isRepeated()) {
      return print((Message) message.getField(field));
    }
    var only = DynamicMessage.newBuilder(message.getDescriptorForType());
    if (field.isRepeated() || message.hasField(field)) {
      only.setField(field, message.getField(field));
    }
    JsonObject json = JsonParser.parseString(print(only.build())).getAsJsonObject();
    var value = json.get(field.getJsonName());
    return value == null ? "null" : value.toString();
  }
}
