package io.cloudstate.proxy.eventing.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cloudstate.proxy.eventing.Broker;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // consumers are opened to run
class InProcessBrokerTest extends BrokerContract {

  private static final int MAX_EVENTS = 20_000;

  private final InProcessBroker broker = new InProcessBroker(MAX_EVENTS, MAX_IN_FLIGHT);

  @AfterEach
  void close() {
    broker.close();
  }

  @Override
  protected Broker broker() {
    return broker;
  }

  @Override
  protected int mostHeld() {
    return Topic.PARTITIONS * MAX_IN_FLIGHT;
  }

  @Test
  void topicIsFullWhenARunningGroupIsTooFarBehind() {
    // Given
    var small = new InProcessBroker(Topic.PARTITIONS, MAX_IN_FLIGHT);
    try (small;
        var ignored = small.subscribe("t", "g", event -> new CompletableFuture<>())) {
      small.publish("t", event("a", 1)).toCompletableFuture().join();
      // When
      var refused = small.publish("t", event("a", 2)).toCompletableFuture();
      // Then
      assertThatThrownBy(refused::join)
          .hasRootCauseInstanceOf(BrokerUnavailable.class)
          .hasRootCauseMessage(
              "topic t is full: a group has not taken the last 1 events of a partition yet");
    }
  }

  @Test
  void topicThatNobodyConsumesForgetsTheOldest() {
    // Given
    try (var small = new InProcessBroker(Topic.PARTITIONS * 2, MAX_IN_FLIGHT)) {
      IntStream.rangeClosed(1, 5)
          .forEach(n -> small.publish("t", event("a", n)).toCompletableFuture().join());
      // When
      var keeping = new Keeping();
      small.subscribe("t", "g", keeping);
      // Then
      await().atMost(PATIENCE).until(() -> keeping.events.size() == 2);
      assertThat(keeping.ids()).containsExactly("a-4", "a-5");
    }
  }

  @Test
  void publishingToAClosedBrokerFails() {
    broker.close();
    assertThatThrownBy(() -> broker.publish("t", event("a", 1)).toCompletableFuture().join())
        .hasRootCauseMessage("the broker is closed");
  }
}
