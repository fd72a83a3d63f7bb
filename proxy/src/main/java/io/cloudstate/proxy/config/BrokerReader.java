package io.cloudstate.proxy.config;

import io.cloudstate.proxy.config.ProxySettings.Broker;
import io.cloudstate.proxy.config.ProxySettings.BrokerType;
import io.cloudstate.proxy.config.ProxySettings.Kafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/** Reads where topics are. */
final class BrokerReader {

  private final SettingsReader settings;

  BrokerReader(SettingsReader settings) {
    this.settings = settings;
  }

  Broker read() {
    var type = settings.get(KnownSettings.EVENTING_SUPPORT);
    return new Broker(
        type,
        settings.get(KnownSettings.TOPICS_MAX_IN_FLIGHT),
        settings.get(KnownSettings.EVENTING_MAX_QUEUED_EVENTS),
        settings.get(KnownSettings.EVENTING_MAX_PUBLISHING),
        settings.get(KnownSettings.EVENTING_DRAIN_TIMEOUT),
        settings.get(KnownSettings.EVENTING_IN_PROCESS_MAX_EVENTS),
        kafka(type));
  }

  private Kafka kafka(BrokerType type) {
    var servers = settings.get(KnownSettings.KAFKA_BOOTSTRAP_SERVERS);
    if (type == BrokerType.KAFKA && !settings.isSaid(KnownSettings.KAFKA_BOOTSTRAP_SERVERS)) {
      settings.contradicts(KnownSettings.KAFKA_BOOTSTRAP_SERVERS, KnownSettings.EVENTING_SUPPORT);
    }
    var kafka =
        new Kafka(
            servers,
            settings
                .get(KnownSettings.KAFKA_PROPERTIES_FILE)
                .map(this::properties)
                .orElse(Map.of()),
            settings.get(KnownSettings.KAFKA_GROUP_PREFIX).orElse(""),
            settings.get(KnownSettings.KAFKA_CLOUD_EVENTS_MODE),
            settings.get(KnownSettings.KAFKA_PUBLISH_TIMEOUT),
            settings.get(KnownSettings.KAFKA_ANSWER_TIMEOUT));
    settings.checkOrder(KnownSettings.KAFKA_ANSWER_TIMEOUT, KnownSettings.KAFKA_PUBLISH_TIMEOUT);
    return kafka;
  }

  private Map<String, String> properties(Path file) {
    var properties = new Properties();
    try (var reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      settings.expects(KnownSettings.KAFKA_PROPERTIES_FILE, "a file of Java properties in UTF-8");
    }
    var all = new HashMap<String, String>();
    properties.stringPropertyNames().forEach(name -> all.put(name, properties.getProperty(name)));
    return all;
  }
}
