package io.cloudstate.proxy.ingress.calls;

import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.router.OpenStreams;
import java.time.Duration;

/**
 * What can be wrong with a call of any protocol before or without the router: each wording once.
 */
public final class IngressFailures {

  private IngressFailures() {}

  public static Failure badTimeout(String value) {
    return new Failure.BadCall(
        "grpc-timeout: %s (expected: up to 8 digits and a unit of H, M, S, m, u, n)"
            .formatted(value));
  }

  public static Failure badBinaryHeader(String name) {
    return new Failure.BadCall("header %s (expected: base64)".formatted(name));
  }

  public static Failure tooLarge(int maxRequestBytes) {
    return new Failure.Overloaded(
        "request message: larger than the limit (expected: <= %d bytes)"
            .formatted(maxRequestBytes));
  }

  static Failure tooManyCalls(int maxConcurrentCalls) {
    return new Failure.Overloaded(
        "calls under way on this node: more than the limit (expected: <= %d)"
            .formatted(maxConcurrentCalls));
  }

  public static Failure timedOut(Duration limit) {
    return new Failure.TimedOut("no answer within " + limit.toMillis() + " ms");
  }

  public static Failure stopping() {
    return OpenStreams.STOPPING;
  }

  /** For a bug of ours: says nothing about it. */
  static Failure bug() {
    return new Failure.Misrouted("internal error of the proxy; its log says more");
  }
}
