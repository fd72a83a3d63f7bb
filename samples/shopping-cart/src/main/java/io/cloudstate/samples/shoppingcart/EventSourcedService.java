package io.cloudstate.samples.shoppingcart;

import io.cloudstate.protocol.EventSourcedGrpc;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamIn;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamOut;
import io.cloudstate.samples.kit.EntityStream;
import io.grpc.stub.StreamObserver;

/** The proxy opens one stream per loaded cart; each gets a session of its own. */
final class EventSourcedService extends EventSourcedGrpc.EventSourcedImplBase {

  private final int snapshotEveryEvents;

  EventSourcedService(int snapshotEveryEvents) {
    this.snapshotEveryEvents = snapshotEveryEvents;
  }

  @Override
  public StreamObserver<EventSourcedStreamIn> handle(StreamObserver<EventSourcedStreamOut> proxy) {
    var session = new CartSession(snapshotEveryEvents);
    return new EntityStream<>(
        message -> session.onMessage(message).stream().toList(),
        EventSourcedStreamOut::getFailure,
        proxy);
  }
}
