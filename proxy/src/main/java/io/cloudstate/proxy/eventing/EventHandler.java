package io.cloudstate.proxy.eventing;

import java.util.concurrent.CompletionStage;

/** Takes the events of one consumer from its source. Thread-safe; never blocks. */
@FunctionalInterface
public interface EventHandler {

  /**
   * Handles one event. The stage completes when it is done with: processed, or skipped or sent to a
   * dead-letter topic as the consumer's policy has it; then the source acknowledges it. It fails
   * only when the consumer is to stop: then the source acknowledges neither this event nor a later
   * one of the same key, and hands over no more.
   *
   * <p>The source keeps the order: it hands an event over when all earlier ones of its key are done
   * with. Events of different keys may be handled at the same time.
   */
  CompletionStage<Void> handle(CloudEvent event);
}
