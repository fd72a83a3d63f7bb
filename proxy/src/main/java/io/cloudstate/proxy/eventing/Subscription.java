package io.cloudstate.proxy.eventing;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/** A consumer of a topic on this node, running. Thread-safe. */
public interface Subscription extends AutoCloseable {

  /**
   * How it is doing.
   *
   * @param isRunning false when a handler's failure has stopped it, or it was closed
   * @param lag how many events are stored and not done with yet, as far as this node knows
   * @param lastError of the source itself, if the last thing it tried failed
   */
  record State(boolean isRunning, OptionalLong lag, Optional<String> lastError) {}

  State state();

  /** Hands no more events over, and says so at once; what is with the handler goes on. */
  @Override
  void close();

  /** Completes, after {@link #close}, when the events in hand are done with and acknowledged. */
  CompletionStage<Void> drained();
}
