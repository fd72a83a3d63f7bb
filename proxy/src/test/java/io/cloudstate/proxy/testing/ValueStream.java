package io.cloudstate.proxy.testing;

import io.cloudstate.protocol.EntityOuterClass.Command;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamIn;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamOut;
import io.grpc.stub.ServerCallStreamObserver;

/** One stream that the proxy has opened for a value entity, as the function sees it. */
public final class ValueStream extends ScriptedStream<ValueEntityStreamIn, ValueEntityStreamOut> {

  ValueStream(ServerCallStreamObserver<ValueEntityStreamOut> out) {
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
