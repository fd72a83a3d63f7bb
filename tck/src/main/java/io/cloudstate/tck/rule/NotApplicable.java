package io.cloudstate.tck.rule;

/** A rule cannot be found to hold or not here; the message says what is missing. */
public final class NotApplicable extends RuntimeException {

  private static final long serialVersionUID = 1;

  public NotApplicable(String message) {
    super(message);
  }
}
