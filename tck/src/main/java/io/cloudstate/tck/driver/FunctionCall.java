package io.cloudstate.tck.driver;

import akka.grpc.GrpcServiceException;
import akka.stream.Materializer;
import com.google.protobuf.Message;
import io.cloudstate.tck.rule.Exchange;
import io.cloudstate.tck.rule.Patience;
import io.grpc.Status;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * One call that the proxy makes to the user function, and the function's side of it. A half-close
 * by the proxy is told from a cancelled or broken call: the first is OK, the others CANCELLED.
 */
public sealed class FunctionCall<I extends Message, O extends Message> extends Conversation<I, O>
    permits RelayedCall {

  private final Rpc<I, O> rpc;
  private final Map<String, String> headers;
  private boolean isRetired;
  private boolean isEnded;

  FunctionCall(
      Rpc<I, O> rpc,
      int number,
      Map<String, String> headers,
      Exchange exchange,
      Patience patience,
      Materializer materializer) {
    super(number + " " + rpc.label(), "function", "proxy", exchange, patience, materializer);
    this.rpc = rpc;
    this.headers = Map.copyOf(headers);
    note("call arrived");
  }

  public Rpc<I, O> rpc() {
    return rpc;
  }

  /** Of the request, names in lower case. */
  public Map<String, String> headers() {
    return headers;
  }

  /**
   * Sends a message that functions may send in several ways.
   *
   * @param variants makes the same of all of them
   * @return as it was sent
   */
  public O send(O message, UnaryOperator<O> variants) {
    send(message);
    return message;
  }

  /** Ends the call with a status that is not OK. */
  public void fail(Status status) {
    note("end: " + status.getCode() + " \"" + status.getDescription() + "\"");
    failSilently(new GrpcServiceException(status));
  }

  /** The script is over: from now on the function just ends its side when the proxy does. */
  synchronized void retire() {
    isRetired = true;
    if (isEnded) {
      completeSilently();
    }
  }

  synchronized void onProxyEnded(Status status) {
    isEnded = true;
    onEnd(status, Map.of());
    if (isRetired) {
      completeSilently();
    }
  }
}
