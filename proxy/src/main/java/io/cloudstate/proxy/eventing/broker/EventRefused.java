package io.cloudstate.proxy.eventing.broker;

/** The broker takes no such event, however often it is tried. The message says which and why. */
public final class EventRefused extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public EventRefused(String message, Throwable cause) {
    super(message, cause);
  }
}
