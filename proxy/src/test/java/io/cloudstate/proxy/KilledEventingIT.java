package io.cloudstate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.InvalidProtocolBufferException;
import io.cloudstate.proxy.testing.AppendingClient;
import io.cloudstate.proxy.testing.AppendingFunction;
import io.cloudstate.proxy.testing.KafkaServer;
import io.cloudstate.proxy.testing.Ledger;
import io.cloudstate.proxy.testing.Load;
import io.cloudstate.proxy.testing.Load.AfterFailure;
import io.cloudstate.proxy.testing.PostgresServer;
import io.cloudstate.proxy.testing.ProxyProcess;
import io.cloudstate.tck.model.Eventsourced.Response;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a command on an event sourced entity publishes: whatever is killed, each reply whose events
 * are stored reaches the topic, those of one entity in order.
 */
class OutboxIT {

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int CALLERS = 8;
  private static final int ENTITIES = 20;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  static Path directory;

  @SuppressWarnings("NullAway.Init")
  private static KafkaServer kafka;

  @SuppressWarnings("NullAway.Init")
  private static PostgresServer postgres;

  @BeforeAll
  static void start() {
    kafka = KafkaServer.start(directory.resolve("kafka"));
    postgres = PostgresServer.start(directory.resolve("postgres"));
  }

  @AfterAll
  static void stop() {
    kafka.close();
    postgres.close();
  }

  @Test
  void replyIsPublishedThoughTheProxyIsKilledAfterItsEventsWereStored() throws Exception {
    var topic = "killed";
    kafka.createTopic(topic, 4);
    try (var function = AppendingFunction.startPublishingTo(topic);
        var proxy = proxy(function)) {
      proxy.start();
      // Given: events that are stored while nothing can be published
      kafka.kill();
      try (var client = new AppendingClient(proxy.port())) {
        for (var number = 1; number <= 5; number++) {
          assertThat(client.append("killed-1", "t" + number)).isEqualTo(number);
          assertThat(client.append("killed-2", "t" + number)).isEqualTo(number);
        }
      }
      // When
      proxy.kill();
      kafka.start();
      proxy.start();
      // Then
      awaitPublished(topic, Map.of("killed-1", 5, "killed-2", 5));
      assertThat(proxy.log().lines().filter(line -> line.contains(" ERROR ")))
          .allSatisfy(line -> assertThat(line).contains("Kafka [" + kafka.address() + "] fails"))
          .hasSizeLessThanOrEqualTo(1);
    }
  }

  @Test
  void nothingIsLostWhenProxyBrokerAndDatabaseAreKilledInTurnUnderLoad() throws Exception {
    var topic = "load";
    kafka.createTopic(topic, 4);
    var ledger = new Ledger(ENTITIES);
    try (var function = AppendingFunction.startPublishingTo(topic);
        var proxy = proxy(function)) {
      proxy.start();
      try (var client = new AppendingClient(proxy.port())) {
        // When
        var load = Load.start(client, ledger, CALLERS, AfterFailure.GO_ON);
        load.awaitAcknowledgements(10 * CALLERS);
        kafka.kill();
        load.awaitAcknowledgements(10 * CALLERS);
        kafka.start();
        load.awaitAcknowledgements(10 * CALLERS);
        load.stop();
        load = Load.start(client, ledger, CALLERS, AfterFailure.STOP);
        load.awaitAcknowledgements(10 * CALLERS);
        proxy.kill();
        load.awaitEnd();
      }
      proxy.start();
      try (var client = new AppendingClient(proxy.port())) {
        var load = Load.start(client, ledger, CALLERS, AfterFailure.STOP);
        load.awaitAcknowledgements(10 * CALLERS);
        postgres.kill();
        load.awaitEnd();
        postgres.start();
        // Then
        await().atMost(PATIENCE).ignoreExceptions().until(() -> client.append("ready", "t") > 0);
        ledger.settleAll(client);
        var lengths = new HashMap<String, Integer>();
        ledger.entities().forEach(entity -> lengths.put(entity, client.read(entity).size()));
        awaitPublished(topic, lengths);
      }
      assertThat(function.violations()).isEmpty();
    }
  }

  /** Each entity's replies are the lengths of its list, from 1 on. */
  private static void awaitPublished(String topic, Map<String, Integer> lengths) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () -> {
              var published = published(topic);
              var first = new HashMap<String, List<Integer>>();
              published.forEach(
                  (entity, all) -> first.put(entity, List.copyOf(new LinkedHashSet<>(all))));
              lengths.forEach(
                  (entity, length) ->
                      assertThat(first.getOrDefault(entity, List.of()))
                          .as("what %s has published, without what came again", entity)
                          .isEqualTo(IntStream.rangeClosed(1, length).boxed().toList()));
            });
    var published = published(topic);
    var all = published.values().stream().mapToInt(List::size).sum();
    var distinct =
        published.values().stream().mapToInt(numbers -> new LinkedHashSet<>(numbers).size()).sum();
    System.out.printf("topic %s: %d events, %d of them again%n", topic, all, all - distinct);
  }

  /** The numbers that were published, by the entity that is their key. */
  private static Map<String, List<Integer>> published(String topic) {
    var all = new HashMap<String, List<Integer>>();
    for (var record : kafka.readAll(topic)) {
      var text = message(record.value());
      if (!text.isEmpty() && Character.isDigit(text.charAt(0))) { // not what a read was answered
        all.computeIfAbsent(record.key(), key -> new ArrayList<>()).add(Integer.parseInt(text));
      }
    }
    return all;
  }

  private static String message(byte[] reply) {
    try {
      return Response.parseFrom(reply).getMessage();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static ProxyProcess proxy(AppendingFunction function) {
    var environment = new HashMap<>(postgres.environment());
    environment.put("EVENTING_SUPPORT", "kafka");
    environment.put("KAFKA_BOOTSTRAP_SERVERS", kafka.address());
    return new ProxyProcess(directory, function.port(), environment);
  }
}
