package io.cloudstate.proxy.eventing.broker;

/** An event was not published, or nobody knows. The message names the broker or topic and why. */
public final class BrokerUnavailable extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public BrokerUnavailable(String message) {
    super(message);
  }

  public BrokerUnavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
