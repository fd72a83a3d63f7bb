package io.cloudstate.proxy;

import static io.cloudstate.proxy.testing.EventLogModel.answer;
import static io.cloudstate.proxy.testing.EventLogModel.eventOne;
import static io.cloudstate.proxy.testing.EventLogModel.eventTwo;
import static io.cloudstate.proxy.testing.EventLogModel.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.InvalidProtocolBufferException;
import io.cloudstate.protocol.Action.ActionCommand;
import io.cloudstate.protocol.EntityOuterClass.MetadataEntry;
import io.cloudstate.proxy.testing.EventLogModel;
import io.cloudstate.proxy.testing.FakeUserFunction;
import io.cloudstate.proxy.testing.ManagementPort;
import io.cloudstate.proxy.testing.TckModel;
import io.cloudstate.proxy.testing.TestProxy;
import io.cloudstate.testing.FreePort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events of a log on their way to the function, in a proxy that is alone. */
class EventLogIT {

  private static final Duration SOON = Duration.ofSeconds(3);
  private static final int MANAGEMENT = FreePort.find();
  private static final String CONSUMER =
      EventLogModel.SUBSCRIBER + ":" + EventLogModel.SUBSCRIBER + ":event_log:";
  private static final Map<String, String> SETTINGS =
      Map.of(
          "eventing.retries.max", "1",
          "eventing.retries.min-backoff", "10ms",
          "eventing.event-log.slices", "2");

  private static final ManagementPort management = new ManagementPort("127.0.0.1", MANAGEMENT);
  private static FakeUserFunction function;
  private static TestProxy proxy;
  private static EventLogModel model;

  @BeforeAll
  static void start() {
    function = FakeUserFunction.start(EventLogModel.spec());
    var settings = new HashMap<>(SETTINGS);
    settings.put("management.port", Integer.toString(MANAGEMENT));
    proxy = TestProxy.start(function.port(), settings);
    model = new EventLogModel(function, proxy);
    var first = eventOne("first");
    model.emit("first", first);
    function.nextAction().answer(answer());
  }

  @AfterAll
  static void stop() {
    model.close();
    proxy.close();
    function.close();
  }

  @BeforeEach
  void keepActions() {
    function.keepActions();
  }

  @Test
  void eventIsOneCallSoonAfterItWasStored() {
    var event = eventOne("text");
    model.emit("one", event);
    var stored = System.nanoTime();
    var call = function.nextAction();
    var command = call.next();
    assertThat(Duration.ofNanos(System.nanoTime() - stored)).isLessThan(SOON);
    assertThat(call.rpc()).isEqualTo("handleUnary");
    assertThat(command.getServiceName()).isEqualTo(EventLogModel.SUBSCRIBER);
    assertThat(command.getName()).isEqualTo("ProcessEventOne");
    assertThat(command.getPayload()).isEqualTo(TckModel.any(event));
    assertThat(metadata(command))
        .containsEntry("ce-source", EventLogModel.LOG_ONE)
        .containsEntry("ce-specversion", "1.0")
        .containsEntry("ce-type", TckModel.any(event).getTypeUrl())
        .containsEntry("Content-Type", "application/vnd.cloudstate.protobuf.any")
        .containsEntry("ce-subject", "one")
        .containsEntry("ce-sequence", "1")
        .containsKeys("ce-id", "ce-time");
    call.answer(answer());
  }

  @Test
  void jsonComesAsItWasStored() {
    model.emitJson("json", "some text");
    var call = function.nextAction();
    var command = call.next();
    assertThat(command.getName()).isEqualTo("ProcessAnyEvent");
    assertThat(command.getPayload()).isEqualTo(EventLogModel.json("some text"));
    call.answer(answer());
  }

  @Test
  void streamedMethodGetsTheEventAndIsHeardToItsEnd() {
    model.emit("streamed", eventTwo("text"));
    var call = function.nextAction();
    assertThat(call.rpc()).isEqualTo("handleStreamedOut");
    assertThat(metadata(call.next())).containsEntry("ce-subject", "streamed");
    model.emit("streamed", eventTwo("next"));
    for (var i = 0; i < 20; i++) {
      call.send(answer());
    }
    assertThat(function.hasFurtherAction()).isFalse();
    call.complete();
    function.nextAction().answer(answer());
  }

  @Test
  void eventsOfAnEntityWaitForEachOther() {
    model.emit("waiting", eventOne("1"));
    model.emit("waiting", eventOne("2"));
    var first = function.nextAction();
    assertThat(metadata(first.next())).containsEntry("ce-sequence", "1");
    model.emit("another", eventOne("1"));
    var other = function.nextAction();
    assertThat(metadata(other.next())).containsEntry("ce-subject", "another");
    other.answer(answer());
    first.answer(answer());
    var second = function.nextAction();
    assertThat(metadata(second.next()))
        .containsEntry("ce-subject", "waiting")
        .containsEntry("ce-sequence", "2");
    second.answer(answer());
  }

  @Test
  void consumerThatStoppedIsSeenAndResumesOrSkips() {
    // Given
    model.emit("poison", eventOne("bad"));
    for (var attempt = 0; attempt < 2; attempt++) {
      function.nextAction().answer(failure("too bad"));
    }
    var path = "/admin/consumers/" + CONSUMER + EventLogModel.LOG_ONE;
    await()
        .untilAsserted(
            () ->
                assertThat(management.get("/admin/consumers").body())
                    .contains("\"state\":\"stopped\"", "too bad", "\"lag\":1"));
    assertThat(function.hasFurtherAction()).isFalse();
    // When
    assertThat(management.post(path + "/resume").join().status()).isEqualTo(202);
    for (var attempt = 0; attempt < 2; attempt++) {
      function.nextAction().answer(failure("still bad"));
    }
    model.emit("poison", eventOne("good"));
    await()
        .untilAsserted(
            () ->
                assertThat(management.get("/admin/consumers").body())
                    .contains("\"state\":\"stopped\"", "still bad"));
    assertThat(management.post(path + "/skip").join().status()).isEqualTo(202);
    // Then
    var next = function.nextAction();
    assertThat(next.next().getPayload()).isEqualTo(TckModel.any(eventOne("good")));
    next.answer(answer());
    await()
        .untilAsserted(
            () ->
                assertThat(management.get("/admin/consumers").body())
                    .doesNotContain("\"state\":\"stopped\""));
  }

  @Test
  void whatIsAskedForHasToExist() {
    var path = "/admin/consumers/" + CONSUMER + EventLogModel.LOG_ONE;
    assertThat(management.post("/admin/consumers/nobody/skip").join().status()).isEqualTo(404);
    assertThat(management.post(path + "/stop").join().status()).isEqualTo(404);
    assertThat(management.post(path + "/skip?slice=x").join().status()).isEqualTo(400);
    assertThat(management.post(path + "/skip", "Origin", "http://evil").join().status())
        .isEqualTo(403);
  }

  @Test
  void afterARestartOnlyWhatWasNotDoneComesAndNewGroupsStartAsTheyAreToldTo(@TempDir Path directory)
      throws InvalidProtocolBufferException {
    var settings = new HashMap<>(SETTINGS);
    settings.put("store", "h2");
    settings.put("graceful-termination-timeout", "1s");
    settings.put("h2.file", directory.resolve("store").toString());
    try (var restarted = FakeUserFunction.start(EventLogModel.spec())) {
      try (var before = TestProxy.start(restarted.port(), settings);
          var client = new EventLogModel(restarted, before)) {
        client.emit("kept", eventOne("1"));
        client.emit("kept", eventOne("2"));
        restarted.nextAction().answer(answer());
        restarted.nextAction(); // and is never answered: the proxy ends meanwhile
      }
      settings.put("eventing.event-log.start", "now"); // only for groups that are new
      try (var after = TestProxy.start(restarted.port(), settings)) {
        assertThat(after.port()).isPositive();
        var call = restarted.nextAction();
        assertThat(metadata(call.next())).containsEntry("ce-sequence", "2");
        call.answer(answer());
      }
    }
    var port = FreePort.find();
    var own = new ManagementPort("127.0.0.1", port);
    settings.put("management.port", Integer.toString(port));
    try (var function = FakeUserFunction.start(EventLogModel.specOfGroup("new"));
        var proxy = TestProxy.start(function.port(), settings);
        var client = new EventLogModel(function, proxy)) {
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(own.get("/admin/consumers").body())
                      .contains(":new:event_log:")
                      .doesNotContain("unknown", "starting"));
      client.emit("other", eventOne("3"));
      var call = function.nextAction();
      assertThat(metadata(call.next())).containsEntry("ce-subject", "other");
      call.answer(answer());
      assertThat(function.hasFurtherAction()).isFalse();
    }
  }

  private static Map<String, String> metadata(ActionCommand command) {
    return command.getMetadata().getEntriesList().stream()
        .collect(Collectors.toMap(MetadataEntry::getKey, MetadataEntry::getStringValue));
  }
}
