package io.cloudstate.proxy.ingress.grpc;

import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.router.OpenStreams;
import java.time.Duration;

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

  static Failure badTimeout(String value) {
    return new Failure.BadCall(
        "grpc-timeout: %s (expected: up to 8 digits and a unit of H, M, S, m, u, n)"
            .formatted(value));
  }

  static Failure badBinaryHeader(String name) {
    return new Failure.BadCall("header %s (expected: base64)".formatted(name));
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

  static Failure tooLarge(int maxRequestBytes) {
    return new Failure.Overloaded(
        "request message: larger than the limit (expected: <= %d bytes)"
            .formatted(maxRequestBytes));
  }

  static Failure tooManyCalls(int maxConcurrentCalls) {
    return new Failure.Overloaded(
        "calls under way on this node: more than the limit (expected: <= %d)"
            .formatted(maxConcurrentCalls));
  }

  static Failure timedOut(Duration limit) {
    return new Failure.TimedOut("no answer within " + limit.toMillis() + " ms");
  }

  static Failure stopping() {
    return OpenStreams.STOPPING;
  }
}
