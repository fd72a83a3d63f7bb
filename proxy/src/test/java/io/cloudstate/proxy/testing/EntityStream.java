package io.cloudstate.proxy.testing;

import io.cloudstate.protocol.EntityOuterClass.Command;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamIn;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamOut;
import io.grpc.stub.ServerCallStreamObserver;

/** One stream that the proxy has opened for an event sourced entity, as the function sees it. */
public final class EntityStream
    extends ScriptedStream<EventSourcedStreamIn, EventSourcedStreamOut> {

  EntityStream(ServerCallStreamObserver<EventSourcedStreamOut> out) {
    super(out);
  }

  /** The next message, which has to be a command. */
  public Command nextCommand() {
    var message = next();
    if (!message.hasCommand()) {
      throw new AssertionError("not a command: " + message);
    }
    return message.getCommand();
  }
}
