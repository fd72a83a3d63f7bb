package io.cloudstate.operator;

/** The operator cannot run here; the message says why. */
final class StartFailed extends Exception {

  private static final long serialVersionUID = 1L;

  StartFailed(String message) {
    super(message);
  }
}
