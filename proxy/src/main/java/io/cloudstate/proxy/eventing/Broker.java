package io.cloudstate.proxy.eventing;

import java.util.concurrent.CompletionStage;

/** Topics to consume from and to publish to. Thread-safe; no method blocks but {@link #close}. */
public interface Broker extends AutoCloseable {

  /**
   * Starts to consume a topic as a member of a group, whose members share its events. It goes on,
   * whatever happens to the broker, until it is closed or the handler fails.
   */
  Subscription subscribe(String topic, String group, EventHandler handler);

  /**
   * Publishes an event. The stage completes when it is durable as far as the broker promises; it
   * fails when that is not known.
   */
  CompletionStage<Void> publish(String topic, CloudEvent event);

  /** Gives connections back; subscriptions end. */
  @Override
  void close();
}
