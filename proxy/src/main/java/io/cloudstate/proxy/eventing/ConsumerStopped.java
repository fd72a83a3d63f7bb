package io.cloudstate.proxy.eventing;

/** The consumer is to stop at an event. The message names both and says why. */
final class ConsumerStopped extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ConsumerStopped(String message) {
    super(message, null, false, false);
  }
}
