package io.cloudstate.tck.driver;

import akka.util.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoUtils;

/**
 * One method of a gRPC service, whatever its shape: what is sent and received over it are streams,
 * of one message where the method says so.
 *
 * @param service full name
 * @param method simple name
 * @param request any message of the type of requests
 * @param reply any message of the type of replies
 */
public record Rpc<I extends Message, O extends Message>(
    String service, String method, I request, O reply) {

  public String path() {
    return service + "/" + method;
  }

  /** What readers of an exchange know it by. */
  String label() {
    return service.substring(service.lastIndexOf('.') + 1) + "/" + method;
  }

  MethodDescriptor<I, O> descriptor() {
    return descriptor(ProtoUtils.marshaller(request), ProtoUtils.marshaller(reply));
  }

  /** The same for messages that are passed on as they are. */
  MethodDescriptor<ByteString, ByteString> wireDescriptor() {
    return descriptor(Wire.BYTES, Wire.BYTES);
  }

  private <A, B> MethodDescriptor<A, B> descriptor(
      MethodDescriptor.Marshaller<A> requests, MethodDescriptor.Marshaller<B> replies) {
    return MethodDescriptor.newBuilder(requests, replies)
        .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
        .setFullMethodName(path())
        .build();
  }

  Parser<I> requests() {
    return parser(request);
  }

  Parser<O> replies() {
    return parser(reply);
  }

  @SuppressWarnings("unchecked") // of the same type as its message
  private static <M extends Message> Parser<M> parser(M message) {
    return (Parser<M>) message.getParserForType();
  }

  /** What these bytes say. */
  static <M extends Message> M parsed(Parser<M> parser, ByteString bytes) {
    try {
      return parser.parseFrom(bytes.toArrayUnsafe());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("bytes that are no message: " + e.getMessage(), e);
    }
  }
}
