package io.cloudstate.proxy.eventing;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.cloudstate.proxy.discovery.eventing.EventConsumer;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * A consumer of a topic on this node: a member of its group at the broker. When its handler fails
 * it stops, and begins again where it has acknowledged when it is told to.
 */
@ThreadSafe
final class TopicConsumer {

  private final EventConsumer consumer;
  private final Broker broker;
  private final Supplier<ConsumerHandler> handlers;
  private final Set<String> failed = ConcurrentHashMap.newKeySet(); // ids of events

  @GuardedBy("this")
  private ConsumerHandler handler;

  @GuardedBy("this")
  private Subscription subscription;

  TopicConsumer(EventConsumer consumer, Broker broker, Supplier<ConsumerHandler> handlers) {
    this.consumer = consumer;
    this.broker = broker;
    this.handlers = handlers;
    this.handler = handlers.get();
    this.subscription = subscribe(handler);
  }

  EventConsumer consumer() {
    return consumer;
  }

  synchronized SliceStatus status(String node) {
    var state = subscription.state();
    return new SliceStatus(
        node,
        state.isRunning() ? "running" : ConsumerHere.STOPPED,
        0,
        0,
        state.lag().orElse(-1),
        0,
        state.lastError().or(handler::lastError).orElse(""));
  }

  /** Begins again, if it has stopped. */
  synchronized void resume(boolean isToSkip) {
    if (subscription.state().isRunning()) {
      return;
    }
    subscription.close();
    handler.stop();
    handler = handlers.get();
    if (isToSkip) {
      failed.forEach(handler::skipOnce);
    }
    failed.clear();
    subscription = subscribe(handler);
  }

  synchronized CompletionStage<Void> stop() {
    subscription.close();
    handler.stop();
    return subscription.drained();
  }

  private Subscription subscribe(ConsumerHandler current) {
    return broker.subscribe(
        consumer.source().name(),
        consumer.group(),
        event ->
            current
                .handle(event)
                .whenComplete(
                    (done, failure) -> {
                      if (failure != null) {
                        failed.add(event.id());
                      }
                    }));
  }
}
