package io.cloudstate.proxy.eventing;

/** What cannot be turned into an event, or an event that cannot be read. The message says why. */
public final class MalformedEvent extends Exception {

  private static final long serialVersionUID = 1L;

  public MalformedEvent(String message) {
    super(message);
  }
}
