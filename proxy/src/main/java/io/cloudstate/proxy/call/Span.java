package io.cloudstate.proxy.call;

/**
 * A part of a call's way that is followed, from when it was begun until it ends in one of three
 * ways; what comes after that is ignored. Thread-safe, and quick.
 */
public interface Span {

  /** With which whatever is called for it goes on. */
  TraceContext context();

  void answered();

  void failed(Failure failure);

  /** Nobody waits for it any more. */
  void abandoned();

  /** In the way that this answer says. */
  default void ended(Answer answer) {
    if (answer.action() instanceof Answer.ClientAction.Fail failed) {
      failed(failed.failure());
    } else {
      answered();
    }
  }
}
