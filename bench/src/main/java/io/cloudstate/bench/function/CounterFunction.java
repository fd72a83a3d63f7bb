package io.cloudstate.bench.function;

import io.cloudstate.protocol.EventSourcedGrpc;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamIn;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamOut;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One stream per loaded counter; each gets a session of its own. */
final class CounterFunction extends EventSourcedGrpc.EventSourcedImplBase {

  private final @Nullable EventLedger ledger;

  /**
   * @param ledger in which emitted events are put down, if they are
   */
  CounterFunction(@Nullable EventLedger ledger) {
    this.ledger = ledger;
  }

  @Override
  public StreamObserver<EventSourcedStreamIn> handle(StreamObserver<EventSourcedStreamOut> proxy) {
    return new CounterStream(new CounterSession(ledger), proxy);
  }

  private static final class CounterStream implements StreamObserver<EventSourcedStreamIn> {

    private final CounterSession session;
    private final StreamObserver<EventSourcedStreamOut> proxy;

    CounterStream(CounterSession session, StreamObserver<EventSourcedStreamOut> proxy) {
      this.session = session;
      this.proxy = proxy;
    }

    @Override
    public void onNext(EventSourcedStreamIn message) {
      try {
        switch (message.getMessageCase()) {
          case INIT -> session.onInit(message.getInit());
          case EVENT -> session.onEvent(message.getEvent());
          case COMMAND -> proxy.onNext(session.onCommand(message.getCommand()));
          case MESSAGE_NOT_SET -> throw new IOException("empty message");
        }
      } catch (IOException e) {
        System.err.println("stream ended: " + e.getMessage());
        proxy.onError(Status.INTERNAL.withDescription(e.getMessage()).asRuntimeException());
      }
    }

    @Override
    public void onCompleted() {
      proxy.onCompleted();
    }

    @Override
    public void onError(Throwable cause) {
      // the proxy is gone, or has cancelled: there is nobody left to answer
    }
  }
}
