package io.cloudstate.samples.chat;

import io.cloudstate.protocol.ValueEntityGrpc;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamIn;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamOut;
import io.cloudstate.samples.kit.EntityStream;
import io.grpc.stub.StreamObserver;

/** The proxy opens one stream per loaded profile; each gets a session of its own. */
final class ProfileService extends ValueEntityGrpc.ValueEntityImplBase {

  @Override
  public StreamObserver<ValueEntityStreamIn> handle(StreamObserver<ValueEntityStreamOut> proxy) {
    var session = new ProfileSession();
    return new EntityStream<>(
        message -> session.onMessage(message).stream().toList(),
        ValueEntityStreamOut::getFailure,
        proxy);
  }
}
