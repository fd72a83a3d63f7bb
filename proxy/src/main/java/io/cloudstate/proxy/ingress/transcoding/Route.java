package io.cloudstate.proxy.ingress.transcoding;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.QueryParams;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.discovery.http.HttpBinding;
import io.cloudstate.proxy.discovery.http.HttpBinding.FieldBody;
import io.cloudstate.proxy.discovery.http.HttpBinding.NoBody;
import io.cloudstate.proxy.discovery.http.HttpBinding.WholeBody;
import io.cloudstate.proxy.ingress.calls.CallTarget;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One binding of one method: makes its input of a request and a body of its output (spec/ingress.md
 * 7.3 and 7.4).
 *
 * @param codec of the catalog that the method is in
 */
record Route(CallTarget target, HttpBinding binding, JsonCodec codec) {

  /**
   * A reply as the body of a response.
   *
   * @param contentType what it is, if it says so itself; else it is JSON
   */
  record Reply(HttpData body, @Nullable String contentType) {}

  /** Thrown for a reply that has no JSON. Does not leave here. */
  static final class Unprintable extends Exception {
    private static final long serialVersionUID = 1L;

    private Unprintable(String problem) {
      super(problem, null, false, false);
    }

    Failure failure() {
      return new Failure.BadReply(String.valueOf(getMessage()));
    }
  }

  private Descriptor input() {
    return target.method().descriptor().getInputType();
  }

  private Descriptor output() {
    return target.method().descriptor().getOutputType();
  }

  boolean isServerStreaming() {
    return target.method().descriptor().isServerStreaming();
  }

  /** Whether replies are bodies as they are, without JSON. */
  boolean repliesRaw() {
    var field = binding.responseBody();
    return field == null
        ? HttpBodies.isHttpBody(output())
        : isMessage(field) && HttpBodies.isHttpBody(field.getMessageType());
  }

  /**
   * The input of the method, serialized.
   *
   * @param query as on the wire, or null
   * @param contentType of the body, or null
   * @param body must not change afterwards
   */
  ByteString message(
      RequestPath path, @Nullable String query, @Nullable String contentType, byte[] body)
      throws Unbuildable {
    var message = DynamicMessage.newBuilder(input());
    if (binding.body() instanceof WholeBody) {
      readWhole(contentType, body, message);
    } else {
      setParameters(query, message);
      if (binding.body() instanceof FieldBody field) {
        readField(field.field(), contentType, body, message);
      } else if (!(binding.body() instanceof NoBody)) {
        throw new AssertionError("unhandled: " + binding.body());
      }
    }
    setVariables(path, message);
    return message.build().toByteString();
  }

  private void readWhole(@Nullable String contentType, byte[] body, DynamicMessage.Builder message)
      throws Unbuildable {
    if (HttpBodies.isHttpBody(input())) {
      HttpBodies.set(message, contentType == null ? "" : contentType, body);
      return;
    }
    ContentType.requireJson(contentType);
    codec.read(JsonText.of(body), message);
  }

  private void readField(
      FieldDescriptor field,
      @Nullable String contentType,
      byte[] body,
      DynamicMessage.Builder message)
      throws Unbuildable {
    if (isMessage(field) && HttpBodies.isHttpBody(field.getMessageType())) {
      var value = message.newBuilderForField(field);
      HttpBodies.set(value, contentType == null ? "" : contentType, body);
      message.setField(field, value.build());
      return;
    }
    ContentType.requireJson(contentType);
    codec.readField(JsonText.of(body), field, message);
  }

  private static void setParameters(@Nullable String query, DynamicMessage.Builder message)
      throws Unbuildable {
    if (query == null || query.isEmpty()) {
      return;
    }
    var parameters = QueryParams.fromQueryString(query);
    var builder = new MessageBuilder(message);
    for (var name : parameters.names()) {
      builder.setParameter(name, parameters.getAll(name));
    }
  }

  private void setVariables(RequestPath path, DynamicMessage.Builder message) throws Unbuildable {
    var variables = binding.template().variables();
    if (variables.isEmpty()) {
      return;
    }
    var builder = new MessageBuilder(message);
    for (int i = 0; i < variables.size(); i++) {
      var variable = variables.get(i);
      var to =
          binding.template().hasRest() && variable.to() == binding.template().segments().size()
              ? path.segments().size()
              : variable.to();
      try {
        builder.set(binding.variables().get(i).fields(), path.part(variable.from(), to));
      } catch (Unbuildable e) {
        throw new Unbuildable("path variable " + e.problem());
      }
    }
  }

  /** A reply's message as the body of a response, or a part of it. */
  Reply reply(ByteString bytes) throws Unprintable {
    try {
      Message message = DynamicMessage.parseFrom(output(), bytes);
      var field = binding.responseBody();
      if (!repliesRaw()) {
        var json = field == null ? codec.print(message) : codec.printField(field, message);
        return new Reply(HttpData.wrap(json.getBytes(StandardCharsets.UTF_8)), null);
      }
      var raw = field == null ? message : (Message) message.getField(field);
      return new Reply(
          HttpData.wrap(HttpBodies.data(raw).toByteArray()), HttpBodies.contentType(raw));
    } catch (InvalidProtocolBufferException e) {
      throw new Unprintable(
          "reply of %s cannot be shown as JSON: %s"
              .formatted(target.method().descriptor().getFullName(), e.getMessage()));
    }
  }

  private static boolean isMessage(FieldDescriptor field) {
    return !field.isRepeated() && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
  }
}
