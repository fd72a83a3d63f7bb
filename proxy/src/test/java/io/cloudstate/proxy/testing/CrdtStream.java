package io.cloudstate.proxy.testing;

import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamIn;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamOut;
import io.grpc.stub.ServerCallStreamObserver;

/** One stream that the proxy has opened for a CRDT, as the function sees it. */
public final class CrdtStream extends ScriptedStream<CrdtStreamIn, CrdtStreamOut> {

  CrdtStream(ServerCallStreamObserver<CrdtStreamOut> out) {
    super(out);
  }
}
