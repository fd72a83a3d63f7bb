package io.cloudstate.proxy.ingress.calls;

import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.discovery.MethodDefinition;

/** Is told of every call; on any thread, and must be quick. */
public interface CallMetrics {

  /** Records nothing. */
  CallMetrics NONE = (service, method) -> OfMethod.NONE;

  /** What a call came by. */
  enum Transport {
    GRPC,
    GRPC_WEB,
    HTTP
  }

  /** Of one method; asked when it is served, and not for each call. */
  OfMethod of(String service, MethodDefinition method);

  /** Somebody has called what is not served. */
  default void unknown(Transport transport) {}

  /** The calls of one method. Each one that is started ends in one of the other ways. */
  interface OfMethod {

    OfMethod NONE = new OfMethod() {};

    default void started(Transport transport) {}

    /** With an answer that is no failure. */
    default void answered(Transport transport, long nanos) {}

    default void failed(Transport transport, Failure failure, long nanos) {}

    /** Its client went away before it was answered. */
    default void abandoned(Transport transport, long nanos) {}
  }
}
