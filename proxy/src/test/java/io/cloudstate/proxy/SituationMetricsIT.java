package io.cloudstate.proxy;

import static io.cloudstate.proxy.testing.TckModel.failed;
import static io.cloudstate.proxy.testing.TckModel.failure;
import static io.cloudstate.proxy.testing.TckModel.out;
import static io.cloudstate.proxy.testing.TckModel.persisted;
import static io.cloudstate.proxy.testing.TckModel.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import io.cloudstate.proxy.testing.EntityStream;
import io.cloudstate.proxy.testing.FakeUserFunction;
import io.cloudstate.proxy.testing.Scrape;
import io.cloudstate.proxy.testing.ScriptedService;
import io.cloudstate.proxy.testing.TckModel;
import io.cloudstate.proxy.testing.TestProxy;
import io.cloudstate.tck.model.EventSourcedConfiguredGrpc;
import io.cloudstate.tck.model.EventSourcedTckModelGrpc;
import io.cloudstate.tck.model.Eventsourced.Request;
import io.cloudstate.tck.model.Eventsourced.Response;
import io.cloudstate.testing.FreePort;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is recorded of event sourced entities: the situations of spec/telemetry.md 2.4, and nothing
 * beside it. Other than there, every received command is completed, and none is received twice.
 */
class SituationMetricsIT {

  private static final String PREFIX = "cloudstate_eventsourced_";
  private static final String MODEL = "event-sourced-tck-model";
  private static final String CONFIGURED = "event-sourced-configured";
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int PORT = FreePort.find();
  private static final AtomicInteger ids = new AtomicInteger();

  @RegisterExtension
  static final ScriptedService service =
      new ScriptedService(
          TckModel.spec(),
          Map.of(
              "telemetry.disabled", "false",
              "telemetry.prometheus.host", "127.0.0.1",
              "telemetry.prometheus.port", Integer.toString(PORT),
              "eventsourced-entity.passivation-timeout", "10m"));

  private final FakeUserFunction function = service.function();
  private final ManagedChannel channel = service.channel();
  private final String id = "entity:" + ids.incrementAndGet();
  private Scrape scrapeBefore = new Scrape(Map.of());

  /** What happens to an entity, and what is to be recorded of it. */
  private record Situation(String name, boolean isLoadedBefore, Script script, String changes) {

    @Override
    public String toString() {
      return name;
    }
  }

  @FunctionalInterface
  private interface Script {
    void run(SituationMetricsIT test, Optional<EntityStream> loaded);
  }

  static Stream<Arguments> situations() {
    return Stream.of(
            new Situation(
                "first command, two events, snapshot",
                false,
                (test, none) -> {
                  var call = test.process();
                  var stream = test.function.nextStream();
                  stream.next();
                  stream.nextCommand();
                  stream.send(out(reply(1, "ab", "a", "b").setSnapshot(persisted("ab"))));
                  awaitEnd(call);
                },
                "activated_entities_total 1, loaded_entities 1, recovery_time_seconds_count 1,"
                    + " received_commands_total 1, command_processing_time_seconds_count 1,"
                    + " persisted_events_total 2, persisted_event_bytes_total "
                    + 2 * persisted("a").getSerializedSize()
                    + ", persist_time_seconds_count 1, persisted_snapshots_total 1,"
                    + " persisted_snapshot_bytes_total "
                    + persisted("ab").getSerializedSize()
                    + ", completed_commands_total 1, command_total_time_seconds_count 1"),
            new Situation(
                "second command while the first is outstanding",
                true,
                (test, loaded) -> {
                  var stream = loaded.orElseThrow();
                  var first = test.process();
                  stream.nextCommand();
                  var second = test.process();
                  test.awaitStashed(1);
                  stream.send(out(reply(2, "first")));
                  stream.nextCommand();
                  stream.send(out(reply(3, "second")));
                  awaitEnd(first);
                  awaitEnd(second);
                },
                "received_commands_total 2, stashed_commands_total 1, unstashed_commands_total 1,"
                    + " command_stash_time_seconds_count 1,"
                    + " command_processing_time_seconds_count 2, completed_commands_total 2,"
                    + " command_total_time_seconds_count 2"),
            new Situation(
                "command answered with failure, no restart",
                true,
                (test, loaded) -> {
                  var stream = loaded.orElseThrow();
                  var call = test.process();
                  stream.nextCommand();
                  stream.send(out(failed(2, "no", false)));
                  awaitEnd(call);
                },
                "received_commands_total 1, command_processing_time_seconds_count 1,"
                    + " failed_commands_total 1, completed_commands_total 1,"
                    + " command_total_time_seconds_count 1"),
            new Situation(
                "failure with restart",
                true,
                (test, loaded) -> {
                  var stream = loaded.orElseThrow();
                  var first = test.process();
                  stream.nextCommand();
                  var queued = test.process();
                  test.awaitStashed(1);
                  stream.send(out(failed(2, "no", true)));
                  awaitEnd(first);
                  stream.awaitEnd();
                  stream.complete();
                  var again = test.function.nextStream();
                  again.next(); // init
                  again.next(); // event
                  again.nextCommand();
                  again.send(out(reply(1, "back")));
                  awaitEnd(queued);
                },
                "received_commands_total 2, command_processing_time_seconds_count 2,"
                    + " failed_commands_total 1, completed_commands_total 2,"
                    + " command_total_time_seconds_count 2, stashed_commands_total 1,"
                    + " unstashed_commands_total 1, command_stash_time_seconds_count 1,"
                    + " passivated_entities_total 1, stopped_entities_total{reason=\"restarted\"} 1,"
                    + " entity_active_time_seconds_count 1, activated_entities_total 1,"
                    + " recovery_time_seconds_count 1, loaded_events_total 1,"
                    + " loaded_event_bytes_total "
                    + persisted("a").getSerializedSize()),
            new Situation(
                "failure message for the command",
                true,
                (test, loaded) -> {
                  var stream = loaded.orElseThrow();
                  var call = test.process();
                  stream.nextCommand();
                  stream.send(failure(2, "broken"));
                  awaitEnd(call);
                  stream.complete();
                },
                "received_commands_total 1, command_processing_time_seconds_count 1,"
                    + " failed_commands_total 1, completed_commands_total 1,"
                    + " command_total_time_seconds_count 1, failed_entities_total 1,"
                    + " passivated_entities_total 1, stopped_entities_total{reason=\"failed\"} 1,"
                    + " entity_active_time_seconds_count 1, loaded_entities -1"),
            new Situation(
                "stream closed by the function with a command outstanding, and one behind it",
                true,
                (test, loaded) -> {
                  var stream = loaded.orElseThrow();
                  var call = test.process();
                  stream.nextCommand();
                  var queued = test.process();
                  test.awaitStashed(1);
                  stream.complete();
                  awaitEnd(call);
                  awaitEnd(queued);
                },
                "received_commands_total 2, stashed_commands_total 1, unstashed_commands_total 1,"
                    + " command_stash_time_seconds_count 1, failed_commands_total 2,"
                    + " completed_commands_total 2, command_total_time_seconds_count 2,"
                    + " failed_entities_total 1, passivated_entities_total 1,"
                    + " stopped_entities_total{reason=\"failed\"} 1,"
                    + " entity_active_time_seconds_count 1, loaded_entities -1"))
        .map(Arguments::of);
  }

  @ParameterizedTest
  @MethodSource("situations")
  void whatHappensIsRecordedAndNothingElse(Situation situation) {
    // Given
    Optional<EntityStream> loaded =
        situation.isLoadedBefore() ? Optional.of(loaded()) : Optional.empty();
    scrapeBefore = Scrape.of(PORT);
    // When
    situation.script().run(this, loaded);
    // Then
    var expected = changes(situation.changes());
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(Scrape.of(PORT).since(scrapeBefore, PREFIX, MODEL)).isEqualTo(expected));
  }

  @Test
  void idlePassivationIsNoFailure() {
    // Given
    scrapeBefore = Scrape.of(PORT);
    // When
    var call =
        EventSourcedConfiguredGrpc.newFutureStub(channel)
            .call(Request.newBuilder().setId(id).build());
    var stream = function.nextStream();
    stream.next();
    stream.nextCommand();
    stream.send(out(reply(1, "")));
    awaitEnd(call);
    stream.awaitEnd();
    stream.complete();
    // Then
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(Scrape.of(PORT).since(scrapeBefore, PREFIX, CONFIGURED))
                    .isEqualTo(
                        changes(
                            "activated_entities_total 1, recovery_time_seconds_count 1,"
                                + " received_commands_total 1,"
                                + " command_processing_time_seconds_count 1,"
                                + " completed_commands_total 1,"
                                + " command_total_time_seconds_count 1,"
                                + " passivated_entities_total 1,"
                                + " stopped_entities_total{reason=\"passivated\"} 1,"
                                + " entity_active_time_seconds_count 1")));
  }

  @Test
  void commandThatFindsNoRoomIsRefusedAndNotReceived() {
    // Given
    var port = FreePort.find();
    try (var function = FakeUserFunction.start(TckModel.spec());
        var proxy = start(function, port, Map.of("relay-buffer-size", "1"))) {
      var own = proxy.connect();
      var stub = EventSourcedTckModelGrpc.newFutureStub(own);
      var request = Request.newBuilder().setId(id).build();
      var first = stub.process(request);
      var stream = function.nextStream();
      stream.next();
      stream.nextCommand();
      var queued = stub.process(request);
      awaitRecorded(port, "stashed_commands_total", 1);
      // When
      awaitEnd(stub.process(request));
      // Then
      awaitRecorded(port, "refused_commands_total", 1);
      awaitRecorded(port, "received_commands_total", 2);
      stream.send(out(reply(1, "one")));
      stream.nextCommand();
      stream.send(out(reply(2, "two")));
      awaitEnd(first);
      awaitEnd(queued);
      own.shutdownNow();
    }
  }

  @Test
  void recoveryThatFailsIsAFailureOfTheEntityAndOfNoCommand() {
    // Given
    var port = FreePort.find();
    var function = FakeUserFunction.start(TckModel.spec());
    try (var proxy = start(function, port, Map.of())) {
      var own = proxy.connect();
      function.nextDiscovery();
      function.close();
      await().atMost(LIMIT).until(() -> Scrape.of(port).value("cloudstate_function_up") == 0);
      var before = Scrape.of(port);
      // When
      awaitEnd(
          EventSourcedTckModelGrpc.newFutureStub(own)
              .process(Request.newBuilder().setId(id).build()));
      // Then
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () ->
                  assertThat(Scrape.of(port).since(before, PREFIX, MODEL))
                      .isEqualTo(
                          changes(
                              "activated_entities_total 1, failed_entities_total 1,"
                                  + " passivated_entities_total 1,"
                                  + " stopped_entities_total{reason=\"failed\"} 1,"
                                  + " entity_active_time_seconds_count 1")));
      own.shutdownNow();
    }
  }

  private static TestProxy start(
      FakeUserFunction function, int port, Map<String, String> settings) {
    var all = new TreeMap<>(settings);
    all.put("telemetry.disabled", "false");
    all.put("telemetry.prometheus.host", "127.0.0.1");
    all.put("telemetry.prometheus.port", Integer.toString(port));
    return TestProxy.start(function.port(), all);
  }

  private static Map<String, Long> changes(String text) {
    var changes = new TreeMap<String, Long>();
    for (var change : text.split(", ")) {
      var parts = change.split(" ");
      changes.put(parts[0], Long.valueOf(parts[1]));
    }
    return changes;
  }

  /** The stream of an entity that has stored one event with one command. */
  private EntityStream loaded() {
    var call = process();
    var stream = function.nextStream();
    stream.next();
    stream.nextCommand();
    stream.send(out(reply(1, "a", "a")));
    awaitEnd(call);
    return stream;
  }

  private ListenableFuture<Response> process() {
    return EventSourcedTckModelGrpc.newFutureStub(channel)
        .process(Request.newBuilder().setId(id).build());
  }

  private void awaitStashed(long count) {
    await()
        .atMost(LIMIT)
        .until(
            () ->
                Scrape.of(PORT)
                        .since(scrapeBefore, PREFIX, MODEL)
                        .getOrDefault("stashed_commands_total", 0L)
                    == count);
  }

  private static void awaitRecorded(int port, String name, long count) {
    await()
        .atMost(LIMIT)
        .until(
            () ->
                Scrape.of(port).since(new Scrape(Map.of()), PREFIX, MODEL).getOrDefault(name, 0L)
                    == count);
  }

  /** Answered, be it with a failure. */
  private static void awaitEnd(ListenableFuture<Response> call) {
    await().atMost(LIMIT).until(call::isDone);
  }
}
