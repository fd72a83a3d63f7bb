package io.cloudstate.proxy.eventing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Outcome;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A consumer of a topic that stops at an event, and goes on when it is told to. */
class TopicConsumerTest {

  private final FakeBroker broker = new FakeBroker();
  private final ConsumerCounters counters = new ConsumerCounters();
  private Outcome outcome = new Outcome.Failed(new Failure.Refused("no"));
  private final TopicConsumer consumer = new TopicConsumer(definition(), broker, this::handler);

  @Test
  void statusTellsOfTheSubscriptionAndTheLastError() {
    assertThat(consumer.status("node"))
        .isEqualTo(new SliceStatus("node", "running", 0, 0, 3, 0, ""));
    assertThat(handed("1")).isFalse();
    broker.isRunning = false; // as a broker does then
    assertThat(consumer.status("node"))
        .isEqualTo(new SliceStatus("node", "stopped", 0, 0, 3, 0, "event 1: no"));
  }

  @Test
  void resumedItSubscribesAgainAndTriesTheEventAgain() {
    assertThat(handed("1")).isFalse();
    broker.isRunning = false;
    outcome = new Outcome.Completed();
    consumer.resume(false);
    assertThat(broker.subscribed).hasSize(2);
    assertThat(handed("1")).isTrue();
    assertThat(counters.consumed()).isEqualTo(1);
  }

  @Test
  void toldToSkipItLeavesTheEventOutAndNoOther() {
    assertThat(handed("1")).isFalse();
    broker.isRunning = false;
    consumer.resume(true);
    assertThat(handed("1")).isTrue();
    assertThat(counters.skipped()).isEqualTo(1);
    assertThat(handed("2")).isFalse();
  }

  @Test
  void resumingWhatRunsChangesNothing() {
    consumer.resume(true);
    assertThat(broker.subscribed).hasSize(1);
  }

  @Test
  void stoppingClosesTheSubscription() {
    assertThat(consumer.stop()).isCompleted();
    assertThat(broker.isRunning).isFalse();
    assertThat(handed("1")).isFalse();
  }

  /** To the last handler that subscribed; whether it is done with the event. */
  private boolean handed(String id) {
    var handler = broker.subscribed.get(broker.subscribed.size() - 1);
    var done = handler.handle(event(id)).toCompletableFuture();
    return !done.isCompletedExceptionally();
  }

  private ConsumerHandler handler() {
    var router =
        new Router() {
          @Override
          public void route(Call call, Consumer<Outcome> whenDone) {
            whenDone.accept(outcome);
          }

          @Override
          public StreamedCall stream(Call call, StreamedCall.Listener<Outcome> listener) {
            throw new AssertionError("no method is streamed");
          }
        };
    var settings =
        new EventingSettings(
            Duration.ofMinutes(1),
            new Retries(0, Duration.ofMillis(1), Duration.ofMillis(1)),
            new FailurePolicy.Stop(),
            Map.of(),
            new EventLogs(
                1,
                1,
                Start.FIRST,
                Duration.ofSeconds(1),
                10,
                1000,
                100,
                10,
                Duration.ofSeconds(1)));
    var environment =
        new ConsumerHandler.Environment(
            router, Optional.of(broker), settings, Clock.systemUTC(), System::nanoTime, null);
    return new ConsumerHandler(definition(), environment, counters);
  }

  private static EventConsumer definition() {
    var service = Eventlogeventing.getDescriptor().findServiceByName("EventLogSubscriberModel");
    return new EventConsumer(
        service.getFullName(),
        "group",
        new EventSource.Topic("topic"),
        List.of(new Subscriber(service.findMethodByName("ProcessAnyEvent"), Optional.empty())));
  }

  private static CloudEvent event(String id) {
    return new CloudEvent(
        id,
        "source",
        "Type",
        "application/json",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        ByteString.copyFromUtf8("{}"));
  }
}
