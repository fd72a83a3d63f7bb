package io.cloudstate.proxy.eventing.broker.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cloudstate.proxy.config.ProxySettings;
import io.cloudstate.proxy.eventing.Broker;
import io.cloudstate.proxy.eventing.EventHandler;
import io.cloudstate.proxy.eventing.broker.BrokerContract;
import io.cloudstate.proxy.eventing.broker.BrokerUnavailable;
import io.cloudstate.proxy.testing.CapturedLog;
import io.cloudstate.proxy.testing.KafkaServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("try") // consumers are opened to run
class KafkaBrokerTest extends BrokerContract {

  private static final int KEYS = 8;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  static Path directory;

  @SuppressWarnings("NullAway.Init")
  private static KafkaServer server;

  @SuppressWarnings("NullAway.Init")
  private static KafkaBroker broker;

  @BeforeAll
  static void start() {
    server = KafkaServer.start(directory);
    // others have killed it: it may take its time
    broker = new KafkaBroker(settings(server.address(), PATIENCE));
  }

  @AfterAll
  static void stop() {
    broker.close();
    server.close();
  }

  @Override
  protected Broker broker() {
    return broker;
  }

  @Override
  protected int mostHeld() {
    return 4 * MAX_IN_FLIGHT;
  }

  @Test
  void publishingFailsClearlyWhileTheBrokerIsAwayAndComesBackByItself() throws Exception {
    // Given
    var topic = "topic-" + UUID.randomUUID();
    var keeping = new Keeping();
    try (var log = CapturedLog.begin();
        var away = new KafkaBroker(settings(server.address()))) {
      var subscription = away.subscribe(topic, "g", keeping);
      away.publish(topic, event("a", 1)).toCompletableFuture().join();
      await().atMost(PATIENCE).until(() -> keeping.events.size() == 1);
      server.kill();
      // When
      var failed = away.publish(topic, event("a", 2)).toCompletableFuture();
      // Then
      assertThatThrownBy(failed::join)
          .hasCauseInstanceOf(BrokerUnavailable.class)
          .hasMessageContaining("no event was published to topic " + topic);
      await().atMost(PATIENCE).until(() -> subscription.state().lastError().isPresent());
      assertThat(log.lines())
          .filteredOn(line -> line.startsWith("ERROR"))
          .singleElement()
          .asString()
          .startsWith("ERROR Kafka [" + server.address() + "] fails, ");
      // When
      server.start();
      // Then
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .until(
              () -> {
                away.publish(topic, event("b", 1)).toCompletableFuture().join();
                return true;
              });
      await().atMost(PATIENCE).until(() -> keeping.ids().contains("b-1"));
      await().atMost(PATIENCE).until(() -> subscription.state().lastError().isEmpty());
      assertThat(log.lines()).contains("INFO Kafka [" + server.address() + "] works again");
      assertThat(log.stackTraces()).isZero();
    }
  }

  @Test
  void hostThatCannotBeResolvedIsNamed() {
    try (var log = CapturedLog.begin();
        var broker = new KafkaBroker(settings("no-such-host.invalid:9092"))) {
      var subscription = broker.subscribe("t", "g", new Keeping());
      await().atMost(PATIENCE).until(() -> subscription.state().lastError().isPresent());
      assertThatThrownBy(() -> broker.publish("t", event("a", 1)).toCompletableFuture().join())
          .hasMessageContaining("bootstrap");
      assertThat(log.lines()).filteredOn(line -> line.startsWith("ERROR")).hasSize(1);
    }
  }

  @Test
  void noEventIsLostAndNoKeyOutOfOrderWhenTheBrokerIsKilledUnderLoad() throws Exception {
    // Given
    var topic = "topic-" + UUID.randomUUID();
    var handled = new ConcurrentHashMap<String, Queue<Integer>>();
    var late = new ConcurrentHashMap<String, Queue<Integer>>();
    server.createTopic(topic, 4);
    try (var one = new KafkaBroker(settings(server.address()));
        var two = new KafkaBroker(settings(server.address()));
        var three = new KafkaBroker(settings(server.address()))) {
      one.subscribe(topic, "g", noting(handled));
      two.subscribe(topic, "g", noting(handled));
      var isUp = new AtomicBoolean();
      // When
      var published = new ArrayList<CompletableFuture<Integer>>();
      for (var number = 0; number < KEYS; number++) {
        var last = new CompletableFuture<Integer>();
        published.add(last);
        publishUntil(isUp, one, topic, "k" + number, 1, last);
      }
      await().atMost(PATIENCE).until(() -> count(handled) > KEYS * 20);
      server.kill();
      var before = three.subscribe(topic, "late", noting(late)); // while nobody is there
      await().atMost(PATIENCE).until(() -> before.state().lastError().isPresent());
      server.start();
      isUp.set(true);
      // Then
      for (var number = 0; number < KEYS; number++) {
        var key = "k" + number;
        var last = published.get(number).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        for (var numbers : List.of(handled, late)) {
          await()
              .atMost(PATIENCE)
              .until(() -> numbers.getOrDefault(key, new ArrayDeque<>()).contains(last));
          assertThat(List.copyOf(new LinkedHashSet<>(numbers.get(key))))
              .as("numbers of %s, without what came again", key)
              .isEqualTo(IntStream.rangeClosed(1, last).boxed().toList());
        }
      }
      var distinct = handled.values().stream().mapToLong(q -> new HashSet<>(q).size()).sum();
      System.out.printf(
          "broker killed: %d events, %d of them again%n",
          count(handled), count(handled) - distinct);
    }
  }

  private static EventHandler noting(Map<String, Queue<Integer>> handled) {
    return event -> {
      handled
          .computeIfAbsent(event.subject().orElseThrow(), key -> new ConcurrentLinkedQueue<>())
          .add(Integer.parseInt(event.data().toStringUtf8()));
      return CompletableFuture.completedFuture(null);
    };
  }

  /** One after the other, each until it is confirmed, and up to 20 more after the broker is up. */
  private static void publishUntil(
      AtomicBoolean isUp,
      Broker to,
      String topic,
      String key,
      int number,
      CompletableFuture<Integer> last) {
    var isLast = isUp.get() && number % 20 == 0;
    to.publish(topic, event(key, number))
        .whenCompleteAsync(
            (done, cause) -> {
              if (cause != null) {
                publishUntil(isUp, to, topic, key, number, last);
              } else if (isLast) {
                last.complete(number);
              } else {
                publishUntil(isUp, to, topic, key, number + 1, last);
              }
            });
  }

  private static long count(Map<String, Queue<Integer>> handled) {
    return handled.values().stream().mapToLong(Queue::size).sum();
  }

  private static ProxySettings.Broker settings(String address) {
    return settings(address, Duration.ofSeconds(4));
  }

  private static ProxySettings.Broker settings(String address, Duration publishTimeout) {
    return TestKafkaSettings.broker(address, MAX_IN_FLIGHT, MAX_QUEUED, publishTimeout);
  }
}
