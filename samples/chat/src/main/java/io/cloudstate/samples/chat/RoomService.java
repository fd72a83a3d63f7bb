package io.cloudstate.samples.chat;

import io.cloudstate.protocol.CrdtGrpc;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamIn;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamOut;
import io.cloudstate.samples.kit.EntityStream;
import io.grpc.stub.StreamObserver;

/** The proxy opens one stream per loaded room; each gets a session of its own. */
final class RoomService extends CrdtGrpc.CrdtImplBase {

  @Override
  public StreamObserver<CrdtStreamIn> handle(StreamObserver<CrdtStreamOut> proxy) {
    return new EntityStream<>(new RoomSession()::onMessage, CrdtStreamOut::getFailure, proxy);
  }
}
