package io.cloudstate.proxy.eventing.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.cloudstate.proxy.eventing.Broker;
import io.cloudstate.proxy.eventing.CloudEvent;
import io.cloudstate.proxy.eventing.EventHandler;
import io.cloudstate.proxy.eventing.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every broker does. Each test has topics and groups of its own. */
@SuppressWarnings("try") // consumers are opened to run
public abstract class BrokerContract {

  protected static final Duration PATIENCE = Duration.ofSeconds(60);

  /** How many events of a partition the broker hands over at a time at most. */
  protected static final int MAX_IN_FLIGHT = 16;

  /** From how many events in hand on the broker fetches no more for a partition. */
  protected static final int MAX_QUEUED = 50;

  private final String topic = "topic-" + UUID.randomUUID();
  private final String group = "group-" + UUID.randomUUID();

  protected abstract Broker broker();

  /** About how many events a broker that respects {@link #MAX_QUEUED} may hold in all. */
  protected abstract int mostHeld();

  @Test
  void eventArrivesAsItWasPublished() {
    // Given
    var event =
        new CloudEvent(
            "id-1",
            "/source",
            "com.example.Type",
            "application/json",
            Optional.of("schema"),
            Optional.of("subject"),
            Optional.of(Instant.parse("2026-01-31T12:00:00.123Z")),
            Map.of("traceparent", "00-ab"),
            ByteString.copyFromUtf8("{\"a\":1}"));
    var handler = new Keeping();
    try (var ignored = broker().subscribe(topic, group, handler)) {
      // When
      publish(event);
      // Then
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(handler.events).containsExactly(event));
    }
  }

  @Test
  void groupThatComesLaterGetsWhatWasPublishedBefore() {
    publish(event("a", 1));
    var handler = new Keeping();
    try (var ignored = broker().subscribe(topic, group, handler)) {
      await().atMost(PATIENCE).until(() -> handler.events.size() == 1);
    }
  }

  @Test
  void eventsOfOneKeyComeInOrderAndOneAfterTheOther() {
    // Given
    var handler = new Ordering();
    try (var ignored = broker().subscribe(topic, group, handler)) {
      // When
      publishAll(10, 30);
      // Then
      await().atMost(PATIENCE).until(() -> handler.handled.get() == 300);
      assertThat(handler.mistakes).isEmpty();
    }
  }

  @Test
  void slowEventDelaysItsOwnKeyAlone() {
    // Given
    var handler = new Holding("slow");
    try (var ignored = broker().subscribe(topic, group, handler)) {
      // When
      publish(event("slow", 1));
      publish(event("slow", 2));
      publish(event("fast", 1));
      // Then
      await().atMost(PATIENCE).until(() -> handler.done.contains("fast-1"));
      assertThat(handler.started).contains("slow-1").doesNotContain("slow-2");
      handler.release();
      await().atMost(PATIENCE).until(() -> handler.done.contains("slow-2"));
    }
  }

  @Test
  void nothingIsAcknowledgedBeforeItsHandlerIsDone() {
    // Given
    var holding = new Holding("slow");
    var first = broker().subscribe(topic, group, holding);
    publish(event("slow", 1));
    publish(event("fast", 1));
    await()
        .atMost(PATIENCE)
        .until(() -> holding.started.contains("slow-1") && holding.done.contains("fast-1"));
    // When
    holding.fail();
    drained(first);
    // Then
    var keeping = new Keeping();
    try (var ignored = broker().subscribe(topic, group, keeping)) {
      await().atMost(PATIENCE).until(() -> keeping.ids().contains("slow-1"));
    }
  }

  @Test
  void whatIsAcknowledgedDoesNotComeAgain() {
    // Given
    var first = new Keeping();
    var subscription = broker().subscribe(topic, group, first);
    publishAll(5, 4);
    await().atMost(PATIENCE).until(() -> first.events.size() == 20);
    close(subscription);
    // When
    var second = new Keeping();
    try (var ignored = broker().subscribe(topic, group, second)) {
      publish(event("later", 1));
      // Then
      await().atMost(PATIENCE).until(() -> second.ids().contains("later-1"));
      assertThat(second.ids()).containsExactly("later-1");
    }
  }

  @Test
  void onlySoManyEventsAreInHand() {
    // Given
    var handler = new Holding("k");
    try (var subscription = broker().subscribe(topic, group, handler)) {
      // When
      var keys = 200;
      publishAll("k", keys, 8);
      await().atMost(PATIENCE).until(() -> handler.started.size() >= Math.min(MAX_IN_FLIGHT, keys));
      // Then
      await()
          .during(Duration.ofSeconds(1))
          .atMost(PATIENCE)
          .until(() -> handler.started.size() <= mostHeld());
      handler.release();
      await().atMost(PATIENCE).until(() -> handler.done.size() == keys * 8);
      await().atMost(PATIENCE).until(() -> subscription.state().lag().orElse(-1) == 0);
    }
  }

  @Test
  void membersOfAGroupShareItsEventsAndGroupsDoNot() {
    // Given
    var one = new Keeping();
    var two = new Keeping();
    var other = new Keeping();
    try (var ignored1 = broker().subscribe(topic, group, one);
        var ignored2 = broker().subscribe(topic, group, two);
        var ignored3 = broker().subscribe(topic, group + "-other", other)) {
      // When: both are members when they have got something
      var round = new AtomicInteger();
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                publishAll("r" + round.incrementAndGet() + "-", 20, 1);
                return !one.events.isEmpty() && !two.events.isEmpty();
              });
      // Then
      var published = round.get() * 20;
      await().atMost(PATIENCE).until(() -> other.ids().size() == published);
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                var all = new HashSet<>(one.ids());
                all.addAll(two.ids());
                return all.size() == published;
              });
    }
  }

  @Test
  void noEventIsLostWhenMembersComeAndGo() {
    // Given
    var handled = new ConcurrentLinkedQueue<String>();
    EventHandler slow =
        event ->
            new CompletableFuture<Void>()
                .completeOnTimeout(null, 5, TimeUnit.MILLISECONDS)
                .thenRun(() -> handled.add(event.id()));
    var stays = broker().subscribe(topic, group, slow);
    for (var round = 0; round < 2; round++) {
      // When
      publishAll("r" + round + "-", 20, 5);
      var comes = broker().subscribe(topic, group, slow);
      publishAll("s" + round + "-", 20, 5);
      close(comes);
    }
    // Then
    await().atMost(PATIENCE).until(() -> new HashSet<>(handled).size() == 400);
    close(stays);
  }

  @Test
  void closingWaitsForWhatIsInHand() {
    // Given
    var handler = new Holding("slow");
    var subscription = broker().subscribe(topic, group, handler);
    publish(event("slow", 1));
    publish(event("slow", 2));
    await().atMost(PATIENCE).until(() -> handler.started.contains("slow-1"));
    // When
    subscription.close();
    // Then
    assertThat(subscription.state().isRunning()).isFalse();
    assertThat(subscription.drained().toCompletableFuture()).isNotDone();
    handler.release();
    drained(subscription);
    assertThat(handler.done).contains("slow-1");
    var next = new Keeping();
    try (var ignored = broker().subscribe(topic, group, next)) {
      await().atMost(PATIENCE).until(() -> next.ids().contains("slow-2"));
      assertThat(next.ids()).doesNotContain("slow-1");
    }
  }

  @Test
  void handlerThatFailsStopsTheConsumerWithoutAcknowledging() {
    // Given
    var handled = new ConcurrentLinkedQueue<String>();
    EventHandler failing =
        event -> {
          if (event.id().equals("bad-2")) {
            return CompletableFuture.failedFuture(new IllegalStateException("as the test says"));
          }
          handled.add(event.id());
          return CompletableFuture.completedFuture(null);
        };
    // When
    var subscription = broker().subscribe(topic, group, failing);
    IntStream.rangeClosed(1, 3).forEach(n -> publish(event("bad", n)));
    drained(subscription);
    // Then
    assertThat(subscription.state().isRunning()).isFalse();
    assertThat(subscription.state().lastError()).hasValue("as the test says");
    assertThat(handled).containsExactly("bad-1");
    var next = new Keeping();
    try (var ignored = broker().subscribe(topic, group, next)) {
      await().atMost(PATIENCE).until(() -> next.events.size() == 2);
      assertThat(next.ids()).containsExactly("bad-2", "bad-3");
    }
  }

  @Test
  void handlerThatThrowsStopsTheConsumerToo() {
    var subscription =
        broker()
            .subscribe(
                topic,
                group,
                event -> {
                  throw new IllegalStateException("thrown");
                });
    publish(event("a", 1));
    drained(subscription);
    assertThat(subscription.state().lastError()).hasValue("thrown");
  }

  // --- the words above

  protected void publish(CloudEvent event) {
    try {
      broker()
          .publish(topic, event)
          .toCompletableFuture()
          .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(event.id(), e);
    }
  }

  private void publishAll(int keys, int each) {
    publishAll("k", keys, each);
  }

  /** In order per key; all are confirmed in the end. */
  private void publishAll(String prefix, int keys, int each) {
    var all = new ArrayList<CompletableFuture<Void>>();
    for (var number = 1; number <= each; number++) {
      for (var key = 0; key < keys; key++) {
        all.add(broker().publish(topic, event(prefix + key, number)).toCompletableFuture());
      }
    }
    try {
      CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
          .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  private static void close(Subscription subscription) {
    subscription.close();
    drained(subscription);
  }

  protected static void drained(Subscription subscription) {
    try {
      subscription.drained().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError("the consumer does not end", e);
    }
  }

  protected static CloudEvent event(String key, int number) {
    return new CloudEvent(
        key + "-" + number,
        "test",
        "type",
        "text/plain",
        Optional.empty(),
        Optional.of(key),
        Optional.empty(),
        Map.of(),
        ByteString.copyFromUtf8(Integer.toString(number)));
  }

  /** Is done with everything at once. */
  public static final class Keeping implements EventHandler {

    public final ConcurrentLinkedQueue<CloudEvent> events = new ConcurrentLinkedQueue<>();

    @Override
    public CompletionStage<Void> handle(CloudEvent event) {
      events.add(event);
      return CompletableFuture.completedFuture(null);
    }

    public List<String> ids() {
      return events.stream().map(CloudEvent::id).toList();
    }
  }

  /** Is done later, and notes what comes out of turn. */
  private static final class Ordering implements EventHandler {

    private final Map<String, Integer> last = new ConcurrentHashMap<>();
    private final Map<String, Boolean> busy = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> mistakes = new ConcurrentLinkedQueue<>();
    private final AtomicInteger handled = new AtomicInteger();

    @Override
    public CompletionStage<Void> handle(CloudEvent event) {
      var key = event.subject().orElseThrow();
      var number = Integer.parseInt(event.data().toStringUtf8());
      if (busy.put(key, true) != null) {
        mistakes.add(event.id() + " while another one of its key is handled");
      }
      var before = last.put(key, number);
      if ((before == null ? 0 : before) != number - 1) {
        mistakes.add(event.id() + " after " + before);
      }
      return CompletableFuture.runAsync(
          () -> {
            busy.remove(key);
            handled.incrementAndGet();
          });
    }
  }

  /** Holds the events whose keys begin so until it is told to be done with them, or to fail. */
  private static final class Holding implements EventHandler {

    private final String prefix;
    private final CompletableFuture<Void> released = new CompletableFuture<>();
    private final ConcurrentLinkedQueue<String> started = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> done = new ConcurrentLinkedQueue<>();
    private final AtomicInteger running = new AtomicInteger();

    Holding(String prefix) {
      this.prefix = prefix;
    }

    @Override
    public CompletionStage<Void> handle(CloudEvent event) {
      started.add(event.id());
      running.incrementAndGet();
      var end =
          event.id().startsWith(prefix) ? released : CompletableFuture.<Void>completedFuture(null);
      return end.thenRun(
          () -> {
            running.decrementAndGet();
            done.add(event.id());
          });
    }

    void release() {
      released.complete(null);
    }

    void fail() {
      released.completeExceptionally(new IllegalStateException("as the test says"));
    }
  }
}
