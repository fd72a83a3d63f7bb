package io.cloudstate.proxy.eventing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Keeps what is published, and hands over what a test has. */
final class FakeBroker implements Broker {

  record Published(String topic, CloudEvent event) {}

  final List<Published> published = new ArrayList<>();
  final List<EventHandler> subscribed = new ArrayList<>();
  @Nullable RuntimeException refusal;
  boolean isRunning = true;

  @Override
  public Subscription subscribe(String topic, String group, EventHandler handler) {
    subscribed.add(handler);
    isRunning = true;
    return new Subscription() {
      @Override
      public State state() {
        return new State(isRunning, OptionalLong.of(3), Optional.empty());
      }

      @Override
      public void close() {
        isRunning = false;
      }

      @Override
      public CompletionStage<Void> drained() {
        return CompletableFuture.completedFuture(null);
      }
    };
  }

  @Override
  public synchronized CompletionStage<Void> publish(String topic, CloudEvent event) {
    var why = refusal;
    if (why != null) {
      return CompletableFuture.failedFuture(why);
    }
    published.add(new Published(topic, event));
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void close() {}
}
