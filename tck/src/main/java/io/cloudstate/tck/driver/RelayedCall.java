package io.cloudstate.tck.driver;

import akka.stream.Materializer;
import com.google.protobuf.Message;
import io.cloudstate.tck.rule.Exchange;
import io.cloudstate.tck.rule.Patience;
import io.grpc.Status;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A call that a real function answers, and the kit looks on: what a script would send is what the
 * function has to send.
 */
final class RelayedCall<I extends Message, O extends Message> extends FunctionCall<I, O> {

  private final ClientCall<I, O> answers;
  private final UnaryOperator<Message> comparable;

  RelayedCall(
      Rpc<I, O> rpc,
      int number,
      Map<String, String> headers,
      Exchange exchange,
      Patience patience,
      Materializer materializer,
      UnaryOperator<Message> comparable) {
    super(rpc, number, headers, exchange, patience, materializer);
    this.answers = new ClientCall<>(label(), "proxy", "function", exchange, patience, materializer);
    this.comparable = comparable;
    completeSilently(); // the function has the word
    answers.completeSilently();
  }

  @Override
  public void send(O message) {
    answers.expect(message, this::evened);
  }

  @Override
  public O send(O message, UnaryOperator<O> variants) {
    return answers.expect(message, sent -> variants.apply(evened(sent)));
  }

  @Override
  public void complete() {
    answers.expectCompletion();
  }

  @Override
  public void fail(Status status) {
    answers.expectFailure(status.getCode());
  }

  @Override
  @Nullable String unasked() {
    var unasked = super.unasked();
    return unasked == null ? answers.unasked() : unasked;
  }

  void onFunctionSent(O message) {
    answers.onMessage(message);
  }

  void onFunctionEnded(Status status) {
    answers.onEnd(status, Map.of());
  }

  @SuppressWarnings("unchecked") // of the same type as what is evened out
  private O evened(O message) {
    return (O) comparable.apply(message);
  }
}
