package io.cloudstate.proxy.ingress.calls;

import com.linecorp.armeria.common.HttpResponse;
import io.cloudstate.proxy.call.Outcome;

/** How the one message of a request and the outcome of its call look on the wire. */
public interface UnaryFormat {

  /**
   * Reads a whole body.
   *
   * @param body must not change afterwards: the message may be a part of it
   */
  RequestMessage read(byte[] body);

  HttpResponse response(Outcome outcome);
}
