package io.cloudstate.proxy.eventing.broker.kafka;

import com.typesafe.config.ConfigFactory;
import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.config.SettingSources;
import io.cloudstate.proxy.config.SettingsReader;
import java.time.Duration;
import java.util.Map;

/** Settings of a Kafka that is close by. */
final class TestKafkaSettings {

  private static final String PREFIX = "cloudstate.proxy.eventing.";

  private TestKafkaSettings() {}

  static ProxySettings.Broker broker(
      String address, int maxInFlight, int maxQueued, Duration publishTimeout) {
    var config =
        ConfigFactory.parseMap(
            Map.of(
                PREFIX + "support",
                "kafka",
                PREFIX + "topics.max-in-flight",
                maxInFlight,
                PREFIX + "topics.max-queued-events",
                maxQueued,
                PREFIX + "kafka.bootstrap-servers",
                address,
                PREFIX + "kafka.answer-timeout",
                "3s",
                PREFIX + "kafka.publish-timeout",
                publishTimeout));
    return SettingsReader.read(new SettingSources(config, Map.of(), ConfigFactory.empty()))
        .settings()
        .broker();
  }
}
