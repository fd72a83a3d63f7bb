package io.cloudstate.tck.reference;

/** The proxy sent what the protocol does not allow; the message says what, for its developer. */
public final class ProtocolViolation extends RuntimeException {

  private static final long serialVersionUID = 1;

  ProtocolViolation(String message) {
    super(message);
  }
}
