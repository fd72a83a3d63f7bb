package io.cloudstate.proxy.eventing.broker.kafka;

import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.config.ProxySettings.Kafka;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * What Kafka's clients are configured with: our defaults, over them the user's properties, over
 * them what the guarantees rest on.
 */
final class KafkaProperties {

  private static final String CONSUMER = "consumer.";
  private static final String PRODUCER = "producer.";

  private final ProxySettings.Broker settings;
  private final Kafka kafka;

  KafkaProperties(ProxySettings.Broker settings) {
    this.settings = settings;
    this.kafka = settings.kafka();
  }

  Map<String, Object> consumer(String group) {
    var all = common();
    all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    // a topic that comes to be, or grows, is noticed soon
    all.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, "10000");
    all.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, Integer.toString(16 * 1024 * 1024));
    all.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, Integer.toString(settings.maxQueuedEvents()));
    all.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis(kafka.answerTimeout()));
    // partitions move one by one, the others are not disturbed meanwhile
    all.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    addUsers(all, CONSUMER);
    all.put(ConsumerConfig.GROUP_ID_CONFIG, kafka.groupPrefix() + group);
    all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false"); // only what is done with
    return all;
  }

  Map<String, Object> producer() {
    var all = common();
    all.put(ProducerConfig.LINGER_MS_CONFIG, "0"); // batches form while others are under way
    all.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, millis(kafka.answerTimeout()));
    all.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis(kafka.publishTimeout()));
    addUsers(all, PRODUCER);
    all.put(ProducerConfig.ACKS_CONFIG, "all");
    all.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
    return all;
  }

  private Map<String, Object> common() {
    var all = new HashMap<String, Object>();
    all.put(CommonClientConfigs.CLIENT_ID_CONFIG, "cloudstate-proxy");
    all.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, millis(kafka.answerTimeout()));
    all.put(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, "false");
    all.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, servers());
    return all;
  }

  private String servers() {
    return kafka.bootstrapServers().stream().map(Object::toString).collect(Collectors.joining(","));
  }

  private void addUsers(Map<String, Object> all, String prefix) {
    kafka
        .properties()
        .forEach(
            (name, value) -> {
              if (!name.startsWith(CONSUMER) && !name.startsWith(PRODUCER)) {
                all.put(name, value);
              }
            });
    kafka
        .properties()
        .forEach(
            (name, value) -> {
              if (name.startsWith(prefix)) {
                all.put(name.substring(prefix.length()), value);
              }
            });
    all.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, servers());
  }

  private static String millis(java.time.Duration duration) {
    return Long.toString(duration.toMillis());
  }
}
