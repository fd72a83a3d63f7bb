package io.cloudstate.proxy.ingress.grpc;

import io.cloudstate.proxy.call.Failure;

/** What can be wrong with a gRPC call before or without the router: each wording once. */
final class GrpcFailures {

  private GrpcFailures() {}

  static Failure unknownMethod(String path) {
    return new Failure.NotServed("unknown method: " + path);
  }

  static Failure unknownEncoding(String encoding) {
    return new Failure.NotServed(
        "grpc-encoding: %s (expected: gzip or identity)".formatted(encoding));
  }

  static Failure noMessage() {
    return new Failure.BadCall("request messages: 0 (expected: 1)");
  }

  static Failure severalMessages() {
    return new Failure.BadCall("request messages: more than 1 (expected: 1)");
  }

  static Failure badFrame(String problem) {
    return new Failure.BadCall("request message: " + problem);
  }
}
