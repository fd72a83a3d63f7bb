package io.cloudstate.proxy.userfunction;

/**
 * What comes back on one stream. Called on a transport thread, one call at a time and in order;
 * must not block. Nothing comes after {@link #onEnd}, which comes exactly once.
 */
public interface StreamListener<O> {

  void onMessage(O message);

  /** The stream takes messages again, after {@link FunctionStream#isReady()} had become false. */
  void onReady();

  void onEnd(StreamEnd end);
}
