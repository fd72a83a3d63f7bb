package io.cloudstate.proxy.eventing.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.proxy.eventing.EventHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TopicTest {

  private static final int KEYS = 4 * Topic.PARTITIONS; // enough for an event in each partition

  private final Topic topic = new Topic("t", 100, KEYS, Runnable::run);
  private final List<String> started = new ArrayList<>();
  private final List<CompletableFuture<Void>> inHand = new ArrayList<>();
  private final EventHandler holding =
      event -> {
        started.add(event.id());
        var held = new CompletableFuture<Void>();
        inHand.add(held);
        return held;
      };

  @Test
  void memberThatGoesBeforeItsPartitionsWereHandedOverLeavesThemToTheirOwner() {
    // Given
    topic.subscribe("g", holding);
    publish(1);
    var comes = topic.subscribe("g", holding);
    // When
    comes.close();
    release();
    publish(2);
    // Then
    assertThat(started).containsExactlyInAnyOrderElementsOf(ids(1, 2));
    assertThat(comes.drained().toCompletableFuture()).isCompleted();
  }

  @Test
  void memberThatComesGetsAPartitionWhenNothingOfItIsInHand() {
    // Given
    topic.subscribe("g", holding);
    publish(1);
    List<String> ofOther = new ArrayList<>();
    topic.subscribe(
        "g",
        event -> {
          ofOther.add(event.id());
          return CompletableFuture.completedFuture(null);
        });
    publish(2);
    assertThat(ofOther).isEmpty();
    // When
    while (!inHand.isEmpty()) {
      release();
    }
    // Then
    assertThat(ofOther).isNotEmpty().allMatch(id -> id.endsWith("-2"));
    assertThat(Stream.concat(started.stream(), ofOther.stream()))
        .containsExactlyInAnyOrderElementsOf(ids(1, 2));
  }

  private void publish(int number) {
    IntStream.range(0, KEYS)
        .forEach(
            key -> assertThat(topic.publish(BrokerContract.event("k" + key, number))).isNull());
  }

  private void release() {
    var held = List.copyOf(inHand);
    inHand.clear();
    held.forEach(future -> future.complete(null));
  }

  private static List<String> ids(int... numbers) {
    return IntStream.range(0, KEYS)
        .boxed()
        .flatMap(key -> IntStream.of(numbers).mapToObj(number -> "k" + key + "-" + number))
        .toList();
  }
}
