package io.cloudstate.proxy.ingress.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.function.Function;

/**
 * Answers each message of a stream with one, in order, and ends when the client does. The next
 * message is asked for when the answer to the last has left: who does not read is not read either,
 * and no answers pile up. Used on the call's event loop only.
 */
final class Answering<I, O> implements StreamObserver<I> {

  private final Function<I, O> answer;
  private final ServerCallStreamObserver<O> answers;
  private boolean waitsUntilReady;

  private Answering(Function<I, O> answer, ServerCallStreamObserver<O> answers) {
    this.answer = answer;
    this.answers = answers;
  }

  /**
   * Starts on a call that has just come in.
   *
   * @param answers what the server gave the method
   */
  static <I, O> StreamObserver<I> start(Function<I, O> answer, StreamObserver<O> answers) {
    var call = (ServerCallStreamObserver<O>) answers;
    var answering = new Answering<>(answer, call);
    call.disableAutoRequest();
    call.setOnReadyHandler(answering::onReady);
    call.request(1);
    return answering;
  }

  @Override
  public void onNext(I request) {
    answers.onNext(answer.apply(request));
    if (answers.isReady()) {
      answers.request(1);
    } else {
      waitsUntilReady = true;
    }
  }

  private void onReady() {
    if (waitsUntilReady) {
      waitsUntilReady = false;
      answers.request(1);
    }
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
