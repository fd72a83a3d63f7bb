package io.cloudstate.proxy.userfunction;

import io.grpc.MethodDescriptor;
import io.grpc.Status;

/** Is told of the connections and calls to the user function; on any thread, and must be quick. */
public interface LinkMetrics {

  /** Records nothing. */
  LinkMetrics NONE = method -> Rpc.NONE;

  /** The calls of one of the protocol's methods, of which there are few. */
  Rpc rpc(MethodDescriptor<?, ?> method);

  default void connectionOpened() {}

  default void connectionClosed() {}

  /** One of the protocol's methods. */
  interface Rpc {

    Rpc NONE = new Rpc() {};

    /** A call, or stream, begins. */
    default void started() {}

    /** It has ended, so long after it has begun. */
    default void ended(Status.Code code, long nanos) {}
  }
}
