package io.cloudstate.samples.kit;

import io.cloudstate.protocol.EntityOuterClass.Failure;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.Function;

/**
 * Carries messages between one entity's stream and its session, which takes one message and returns
 * what there is to send. A failure that the session sends is the last message: it ends the stream.
 * gRPC calls this from one thread a time.
 */
public final class EntityStream<I, O> implements StreamObserver<I> {

  private final Function<I, List<O>> session;
  private final Function<O, Failure> failure;
  private final StreamObserver<O> proxy;
  private boolean ended;

  /**
   * @param failure the stream-level failure that a message is; the default one if it is another
   */
  public EntityStream(
      Function<I, List<O>> session, Function<O, Failure> failure, StreamObserver<O> proxy) {
    this.session = session;
    this.failure = failure;
    this.proxy = proxy;
  }

  @Override
  public void onNext(I message) {
    if (!ended) {
      session.apply(message).forEach(this::send);
    }
  }

  private void send(O answer) {
    proxy.onNext(answer);
    var problem = failure.apply(answer);
    if (!problem.equals(Failure.getDefaultInstance())) {
      System.err.println("stream ended: " + problem.getDescription());
      end();
    }
  }

  /** The proxy unloads the entity. What it needs to load it again, it has. */
  @Override
  public void onCompleted() {
    if (!ended) {
      end();
    }
  }

  /** The proxy is gone, or has cancelled: there is nobody left to answer. */
  @Override
  public void onError(Throwable cause) {
    ended = true;
  }

  private void end() {
    ended = true;
    proxy.onCompleted();
  }
}
