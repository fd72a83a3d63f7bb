package io.cloudstate.samples.shoppingcart;

import io.cloudstate.protocol.ValueEntityGrpc;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamIn;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamOut;
import io.cloudstate.samples.kit.EntityStream;
import io.grpc.stub.StreamObserver;

/** The proxy opens one stream per loaded product; each gets a session of its own. */
final class ProductService extends ValueEntityGrpc.ValueEntityImplBase {

  @Override
  public StreamObserver<ValueEntityStreamIn> handle(StreamObserver<ValueEntityStreamOut> proxy) {
    var session = new ProductSession();
    return new EntityStream<>(
        message -> session.onMessage(message).stream().toList(),
        ValueEntityStreamOut::getFailure,
        proxy);
  }
}
