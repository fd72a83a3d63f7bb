package io.cloudstate.samples.shoppingcart;

import io.cloudstate.protocol.EventSourcedGrpc;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamIn;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamOut;
import io.grpc.stub.StreamObserver;

/** The proxy opens one stream per loaded cart; each gets a session of its own. */
final class EventSourcedService extends EventSourcedGrpc.EventSourcedImplBase {

  private final int snapshotEveryEvents;

  EventSourcedService(int snapshotEveryEvents) {
    this.snapshotEveryEvents = snapshotEveryEvents;
  }

  @Override
  public StreamObserver<EventSourcedStreamIn> handle(StreamObserver<EventSourcedStreamOut> proxy) {
    return new CartStream(new CartSession(snapshotEveryEvents), proxy);
  }

  /** Carries messages between the stream and its session; gRPC calls it from one thread a time. */
  private static final class CartStream implements StreamObserver<EventSourcedStreamIn> {

    private final CartSession session;
    private final StreamObserver<EventSourcedStreamOut> proxy;
    private boolean ended;

    CartStream(CartSession session, StreamObserver<EventSourcedStreamOut> proxy) {
      this.session = session;
      this.proxy = proxy;
    }

    @Override
    public void onNext(EventSourcedStreamIn message) {
      if (!ended) {
        session.onMessage(message).ifPresent(this::send);
      }
    }

    private void send(EventSourcedStreamOut answer) {
      proxy.onNext(answer);
      if (answer.hasFailure()) {
        System.err.println("stream ended: " + answer.getFailure().getDescription());
        end();
      }
    }

    /** The proxy unloads the cart. What it needs to load it again, it has stored. */
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
}
