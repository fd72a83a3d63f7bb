package io.cloudstate.bench.function;

import io.cloudstate.protocol.ValueEntityGrpc;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamIn;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamOut;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;

/** One stream per loaded counter; each gets a session of its own. */
final class ValueCounterFunction extends ValueEntityGrpc.ValueEntityImplBase {

  @Override
  public StreamObserver<ValueEntityStreamIn> handle(StreamObserver<ValueEntityStreamOut> proxy) {
    return new CounterStream(proxy);
  }

  private static final class CounterStream implements StreamObserver<ValueEntityStreamIn> {

    private final ValueCounterSession session = new ValueCounterSession();
    private final StreamObserver<ValueEntityStreamOut> proxy;

    CounterStream(StreamObserver<ValueEntityStreamOut> proxy) {
      this.proxy = proxy;
    }

    @Override
    public void onNext(ValueEntityStreamIn message) {
      try {
        switch (message.getMessageCase()) {
          case INIT -> session.onInit(message.getInit());
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
