package io.cloudstate.proxy.entity.crdt;

import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.StreamedCall;
import io.cloudstate.proxy.entity.crdt.Exchange.Client;

/** Hands to clients what a session has for them. */
final class Answering {

  private Answering() {}

  static void run(Step step) {
    if (step instanceof Step.Respond respond) {
      respond(respond.exchange(), respond.answer());
    } else if (step instanceof Step.Element element) {
      listener(element.exchange()).onNext(element.answer());
    } else if (step instanceof Step.End end) {
      listener(end.exchange()).onCompleted();
    } else if (step instanceof Step.Fail failed) {
      fail(failed);
    } else {
      throw new AssertionError("unhandled: " + step);
    }
  }

  private static void respond(Exchange exchange, Answer answer) {
    if (exchange.client instanceof Client.Unary unary) {
      unary.answer().accept(answer);
    } else {
      throw new AssertionError("streamed: " + exchange);
    }
  }

  private static void fail(Step.Fail failed) {
    if (failed.exchange().isStreamed()) {
      listener(failed.exchange()).onFailed(failed.failure());
    } else {
      respond(failed.exchange(), Answer.failed(failed.failure()));
    }
  }

  private static StreamedCall.Listener<Answer> listener(Exchange exchange) {
    if (exchange.client instanceof Client.Streaming streaming) {
      return streaming.listener();
    }
    throw new AssertionError("unary: " + exchange);
  }
}
