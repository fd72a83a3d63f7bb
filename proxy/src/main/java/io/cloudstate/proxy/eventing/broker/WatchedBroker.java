package io.cloudstate.proxy.eventing.broker;

import io.cloudstate.proxy.eventing.Broker;
import io.cloudstate.proxy.eventing.CloudEvent;
import io.cloudstate.proxy.eventing.EventHandler;
import io.cloudstate.proxy.eventing.PublishMetrics;
import io.cloudstate.proxy.eventing.Subscription;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/** A broker of which is told how long it takes to publish. */
public final class WatchedBroker implements Broker {

  private final Broker broker;
  private final PublishMetrics metrics;
  private final LongSupplier nanoTime;

  public WatchedBroker(Broker broker, PublishMetrics metrics, LongSupplier nanoTime) {
    this.broker = broker;
    this.metrics = metrics;
    this.nanoTime = nanoTime;
  }

  @Override
  public Subscription subscribe(String topic, String group, EventHandler handler) {
    return broker.subscribe(topic, group, handler);
  }

  @Override
  public CompletionStage<Void> publish(String topic, CloudEvent event) {
    var since = nanoTime.getAsLong();
    return broker
        .publish(topic, event)
        .whenComplete(
            (published, failure) -> {
              if (failure == null) {
                metrics.published(topic, nanoTime.getAsLong() - since);
              } else {
                metrics.notPublished(topic);
              }
            });
  }

  @Override
  public void close() {
    broker.close();
  }
}
