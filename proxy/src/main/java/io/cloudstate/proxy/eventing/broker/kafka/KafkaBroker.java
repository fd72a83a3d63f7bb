package io.cloudstate.proxy.eventing.broker.kafka;

import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.eventing.Broker;
import io.cloudstate.proxy.eventing.CloudEvent;
import io.cloudstate.proxy.eventing.EventHandler;
import io.cloudstate.proxy.eventing.Subscription;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** Kafka. It may be there later, and go away: consumers and publishing come back by themselves. */
public final class KafkaBroker implements Broker {

  private final ProxySettings.Broker settings;
  private final KafkaProperties properties;
  private final KafkaHealth health;
  private final KafkaPublisher publisher;
  private final Set<KafkaSubscription> subscriptions = ConcurrentHashMap.newKeySet();

  /** The Kafka that the settings name; nothing is connected yet. */
  public KafkaBroker(ProxySettings.Broker settings) {
    this.settings = settings;
    this.properties = new KafkaProperties(settings);
    this.health = new KafkaHealth("Kafka " + settings.kafka().bootstrapServers(), System::nanoTime);
    this.publisher =
        new KafkaPublisher(
            properties.producer(),
            settings.kafka().publishTimeout(),
            settings.maxPublishing(),
            health);
  }

  @Override
  public Subscription subscribe(String topic, String group, EventHandler handler) {
    var subscription =
        new KafkaSubscription(topic, handler, properties.consumer(group), settings, health);
    subscriptions.add(subscription);
    subscription.drained().thenRun(() -> subscriptions.remove(subscription));
    subscription.start();
    return subscription;
  }

  @Override
  public CompletionStage<Void> publish(String topic, CloudEvent event) {
    return publisher.publish(CloudEventRecords.record(topic, event, settings.kafka().mode()));
  }

  @Override
  public void close() {
    subscriptions.forEach(KafkaSubscription::close);
    publisher.close();
  }
}
