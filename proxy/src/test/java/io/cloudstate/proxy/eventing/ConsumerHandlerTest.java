package io.cloudstate.proxy.eventing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Outcome;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.call.StreamedCall;
import io.cloudstate.proxy.config.EventingSettings;
import io.cloudstate.proxy.config.EventingSettings.EventLogs;
import io.cloudstate.proxy.config.EventingSettings.FailurePolicy;
import io.cloudstate.proxy.config.EventingSettings.Retries;
import io.cloudstate.proxy.config.EventingSettings.Start;
import io.cloudstate.proxy.discovery.eventing.EventConsumer;
import io.cloudstate.proxy.discovery.eventing.EventConsumer.Subscriber;
import io.cloudstate.proxy.discovery.eventing.EventSource;
import io.cloudstate.proxy.router.Router;
import io.cloudstate.tck.model.Eventlogeventing;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ConsumerHandlerTest {

  private static final String PREFIX = "cloudstate.tck.model.eventlogeventing.";
  private static final String ONE = "type.googleapis.com/" + PREFIX + "EventOne";
  private static final String TWO = "type.googleapis.com/" + PREFIX + "EventTwo";
  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
  private static final Outcome REPLY =
      new Outcome.Replied(new Payload("type.googleapis.com/R", text("reply")), Metadata.EMPTY);
  private static final Outcome REFUSED = new Outcome.Failed(new Failure.Refused("no"));
  private static final Outcome AWAY =
      new Outcome.Failed(new Failure.UserFunctionUnavailable("away"));

  private final FakeRouter router = new FakeRouter();
  private final FakeBroker broker = new FakeBroker();
  private final ConsumerCounters counters = new ConsumerCounters();

  @Test
  void eventIsOneCallOfTheMethodOfItsType() {
    router.outcomes.add(REPLY);
    assertThat(handler(new FailurePolicy.Stop()).handle(event(ONE))).isCompleted();
    var call = router.calls.get(0);
    assertThat(call.method()).isEqualTo("ProcessEventOne");
    assertThat(call.service()).isEqualTo(PREFIX + "EventLogSubscriberModel");
    assertThat(call.payload()).isEqualTo(new Payload(ONE, text("data")));
    assertThat(call.metadata()).isEqualTo(EventPayloads.metadata(event(ONE)));
    assertThat(counters.consumed()).isEqualTo(1);
    assertThat(broker.published).isEmpty();
  }

  @Test
  void emptyAnswerIsDoneWith() {
    router.outcomes.add(new Outcome.Completed());
    assertThat(handler(new FailurePolicy.Stop(), "topic").handle(event(ONE))).isCompleted();
    assertThat(broker.published).isEmpty();
    assertThat(counters.consumed()).isEqualTo(1);
  }

  @Test
  void replyIsPublishedBeforeTheEventIsDone() {
    router.outcomes.add(REPLY);
    assertThat(handler(new FailurePolicy.Stop(), "topic").handle(event(ONE))).isCompleted();
    var published = broker.published.get(0);
    assertThat(published.topic()).isEqualTo("topic");
    assertThat(published.event().data()).isEqualTo(text("reply"));
    assertThat(published.event().source()).isEqualTo(PREFIX + "EventLogSubscriberModel");
    assertThat(published.event().time()).contains(NOW);
    assertThat(counters.published()).isEqualTo(1);
  }

  @Test
  void failureReplyIsTriedAgain() {
    router.outcomes.addAll(List.of(REFUSED, REFUSED, REPLY));
    var done = handler(new FailurePolicy.Stop()).handle(event(ONE));
    await().untilAsserted(() -> assertThat(done).isCompleted());
    assertThat(counters.failed()).isEqualTo(2);
    assertThat(counters.retried()).isEqualTo(2);
    assertThat(counters.consumed()).isEqualTo(1);
  }

  @Test
  void afterTheLastAttemptTheEventIsSkipped() {
    router.outcomes.addAll(List.of(REFUSED, REFUSED, REFUSED));
    var handler = handler(new FailurePolicy.Skip());
    var done = handler.handle(event(ONE));
    await().untilAsserted(() -> assertThat(done).isCompleted());
    assertThat(router.calls).hasSize(3);
    assertThat(counters.skipped()).isEqualTo(1);
    assertThat(handler.lastError()).contains("event 7: no");
  }

  @Test
  void afterTheLastAttemptTheEventIsSentToTheTopic() {
    router.outcomes.addAll(List.of(REFUSED, REFUSED, REFUSED));
    var done = handler(new FailurePolicy.DeadLetter("dead")).handle(event(ONE));
    await().untilAsserted(() -> assertThat(done).isCompleted());
    var letter = broker.published.get(0);
    assertThat(letter.topic()).isEqualTo("dead");
    assertThat(letter.event().id()).isEqualTo("7");
    assertThat(letter.event().data()).isEqualTo(text("data"));
    assertThat(letter.event().extensions()).containsEntry("failure", "no");
    assertThat(counters.deadLettered()).isEqualTo(1);
  }

  @Test
  void afterTheLastAttemptTheConsumerStops() {
    router.outcomes.addAll(List.of(REFUSED, REFUSED, REFUSED));
    var done = handler(new FailurePolicy.Stop()).handle(event(ONE)).toCompletableFuture();
    assertThatThrownBy(() -> done.get(30, TimeUnit.SECONDS))
        .hasMessageContaining("stopped at event 7: no");
    assertThat(counters.skipped()).isZero();
  }

  @Test
  void whatIsAwayIsWaitedForHoweverLong() {
    for (var i = 0; i < 6; i++) {
      router.outcomes.add(AWAY);
    }
    router.outcomes.add(REPLY);
    var done = handler(new FailurePolicy.Skip()).handle(event(ONE));
    await().untilAsserted(() -> assertThat(done).isCompleted());
    assertThat(counters.consumed()).isEqualTo(1);
    assertThat(counters.skipped()).isZero();
  }

  @Test
  void eventThatNoMethodTakesIsNotTriedAgain() {
    var done = handler(new FailurePolicy.Skip()).handle(event("type.googleapis.com/Other"));
    assertThat(done).isCompleted();
    assertThat(router.calls).isEmpty();
    assertThat(counters.skipped()).isEqualTo(1);
  }

  @Test
  void replyThatCannotBePublishedIsAFailureThatPasses() {
    broker.refusal = new IllegalStateException("full");
    router.outcomes.addAll(List.of(REPLY, REPLY, REPLY, REPLY, REPLY, REPLY, REPLY, REPLY, REPLY));
    router.onCall = number -> broker.refusal = number < 5 ? broker.refusal : null;
    var done = handler(new FailurePolicy.Skip(), "topic").handle(event(ONE));
    await().untilAsserted(() -> assertThat(done).isCompleted());
    assertThat(broker.published).hasSize(1);
    assertThat(counters.skipped()).isZero();
  }

  @Test
  void stoppingEndsTheWaitForAnotherAttempt() {
    router.outcomes.add(AWAY);
    var handler =
        new ConsumerHandler(
            consumer(Optional.empty()),
            environment(new FailurePolicy.Skip(), Duration.ofHours(1)),
            counters);
    var done = handler.handle(event(ONE)).toCompletableFuture();
    assertThat(done).isNotDone();
    handler.stop();
    assertThatThrownBy(() -> done.get(30, TimeUnit.SECONDS))
        .hasMessageContaining("is shutting down");
    assertThat(handler.handle(event(ONE))).isCompletedExceptionally();
    assertThat(router.calls).hasSize(1);
  }

  @Test
  void eventThatIsToBeSkippedIsSkippedOnce() {
    router.outcomes.add(REPLY);
    var handler = handler(new FailurePolicy.Stop());
    handler.skipOnce("7");
    assertThat(handler.handle(event(ONE))).isCompleted();
    assertThat(counters.skipped()).isEqualTo(1);
    assertThat(handler.handle(event(ONE))).isCompleted();
    assertThat(counters.consumed()).isEqualTo(1);
  }

  @Test
  void allRepliesOfAStreamedMethodBelongToTheEvent() {
    var done = handler(new FailurePolicy.Stop(), "topic").handle(event(TWO)).toCompletableFuture();
    var listener = router.streams.get(0);
    assertThat(router.calls.get(0).payload()).isEqualTo(new Payload(TWO, text("data")));
    listener.onNext(REPLY);
    listener.onNext(REPLY);
    assertThat(done).isNotDone();
    listener.onCompleted();
    assertThat(done).isCompleted();
    assertThat(broker.published).hasSize(2);
    assertThat(router.requested).hasValue(3);
  }

  @Test
  void failureAmongTheRepliesOfAStreamIsAFailure() {
    var done = handler(new FailurePolicy.Stop()).handle(event(TWO)).toCompletableFuture();
    router.streams.get(0).onNext(REPLY);
    router.streams.get(0).onFailed(new Failure.Refused("no"));
    await().until(() -> router.streams.size() == 2);
    router.streams.get(1).onCompleted();
    assertThat(done).isCompleted();
    assertThat(counters.failed()).isEqualTo(1);
  }

  private ConsumerHandler handler(FailurePolicy policy) {
    return new ConsumerHandler(
        consumer(Optional.empty()), environment(policy, Duration.ofMillis(1)), counters);
  }

  private ConsumerHandler handler(FailurePolicy policy, String outTopic) {
    return new ConsumerHandler(
        consumer(Optional.of(outTopic)), environment(policy, Duration.ofMillis(1)), counters);
  }

  private ConsumerHandler.Environment environment(FailurePolicy policy, Duration backoff) {
    return new ConsumerHandler.Environment(
        router,
        Optional.of(broker),
        new EventingSettings(
            Duration.ofMinutes(1),
            new Retries(2, backoff, backoff.multipliedBy(2)),
            policy,
            Map.of(),
            new EventLogs(
                1,
                32,
                Start.FIRST,
                Duration.ofSeconds(1),
                10,
                1000,
                100,
                10,
                Duration.ofSeconds(1))),
        Clock.fixed(NOW, ZoneOffset.UTC),
        System::nanoTime,
        null);
  }

  private static EventConsumer consumer(Optional<String> outTopic) {
    var service = Eventlogeventing.getDescriptor().findServiceByName("EventLogSubscriberModel");
    return new EventConsumer(
        service.getFullName(),
        "group",
        new EventSource.EventLog("log"),
        List.of(
            new Subscriber(service.findMethodByName("ProcessEventOne"), outTopic),
            new Subscriber(service.findMethodByName("ProcessEventTwo"), outTopic)));
  }

  private static CloudEvent event(String typeUrl) {
    return new CloudEvent(
        "7",
        "log",
        typeUrl,
        EventPayloads.ANY_CONTENT_TYPE,
        Optional.empty(),
        Optional.of("entity"),
        Optional.empty(),
        Map.of(),
        text("data"));
  }

  private static ByteString text(String text) {
    return ByteString.copyFromUtf8(text);
  }

  /** Answers unary calls with what was prepared; keeps the listeners of others. */
  private static final class FakeRouter implements Router {

    final List<Call> calls = new ArrayList<>();
    final Queue<Outcome> outcomes = new ArrayDeque<>();
    final List<StreamedCall.Listener<Outcome>> streams = new ArrayList<>();
    Consumer<Integer> onCall = number -> {};
    final AtomicInteger requested = new AtomicInteger();

    @Override
    public synchronized void route(Call call, Consumer<Outcome> whenDone) {
      calls.add(call);
      onCall.accept(calls.size());
      whenDone.accept(outcomes.remove());
    }

    @Override
    public synchronized StreamedCall stream(Call call, StreamedCall.Listener<Outcome> listener) {
      calls.add(call);
      streams.add(listener);
      return new StreamedCall() {
        @Override
        public void request(int replies) {
          requested.addAndGet(replies);
        }

        @Override
        public void send(Payload request) {}

        @Override
        public void halfClose() {}

        @Override
        public void cancel() {}
      };
    }
  }
}
