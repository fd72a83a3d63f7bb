package io.cloudstate.tck.driver;

import com.google.protobuf.Message;
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
    return MethodDescriptor.newBuilder(ProtoUtils.marshaller(request), ProtoUtils.marshaller(reply))
        .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
        .setFullMethodName(path())
        .build();
  }
}
