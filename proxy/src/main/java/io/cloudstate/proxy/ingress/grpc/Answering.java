package io.cloudstate.proxy.ingress.grpc;

import io.grpc.stub.StreamObserver;
import java.util.function.Function;

/** Answers each message of a stream with one, in order, and ends when the client does. */
final class Answering<I, O> implements StreamObserver<I> {

  private final Function<I, O> answer;
  private final StreamObserver<O> answers;

  Answering(Function<I, O> answer, StreamObserver<O> answers) {
    this.answer = answer;
    this.answers = answers;
  }

  @Override
  public void onNext(I request) {
    answers.onNext(answer.apply(request));
  }

  @Override
  public void onError(Throwable cause) {
    // The client went away; there is nobody to tell.
  }

  @Override
  public void onCompleted() {
    answers.onCompleted();
  }
}
