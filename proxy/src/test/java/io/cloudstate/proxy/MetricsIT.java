package io.cloudstate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.DescriptorProtos.MethodOptions;
import io.cloudstate.EventSource;
import io.cloudstate.Eventing;
import io.cloudstate.protocol.CrdtOuterClass.CrdtWriteConsistency;
import io.cloudstate.proxy.testing.ActionModel;
import io.cloudstate.proxy.testing.AllKinds;
import io.cloudstate.proxy.testing.AppendingClient;
import io.cloudstate.proxy.testing.AppendingFunction;
import io.cloudstate.proxy.testing.CrdtModel;
import io.cloudstate.proxy.testing.EventLogModel;
import io.cloudstate.proxy.testing.FakeUserFunction;
import io.cloudstate.proxy.testing.ManagementPort;
import io.cloudstate.proxy.testing.Relay;
import io.cloudstate.proxy.testing.Scrape;
import io.cloudstate.proxy.testing.TckModel;
import io.cloudstate.proxy.testing.TestProxy;
import io.cloudstate.proxy.testing.ValueModel;
import io.cloudstate.tck.model.Action;
import io.cloudstate.tck.model.ActionTckModelGrpc;
import io.cloudstate.tck.model.Crdt.StreamedRequest;
import io.cloudstate.tck.model.CrdtTckModelGrpc;
import io.cloudstate.tck.model.EventLogSubscriberModelGrpc;
import io.cloudstate.tck.model.EventSourcedTckModelGrpc;
import io.cloudstate.tck.model.Eventsourced.Request;
import io.cloudstate.tck.model.valueentity.ValueEntityTckModelGrpc;
import io.cloudstate.tck.model.valueentity.Valueentity;
import io.cloudstate.testing.FreePort;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever docs/reference/metrics.md promises is there, and moves in one of these situations: one
 * node on a database with one entity of each kind, one that is crowded, two that do not see each
 * other, and events that are consumed and published. Each entity can be looked at, too.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway.Init")
class MetricsIT {

  private static final Path PAGE = Path.of("..", "docs", "reference", "metrics.md");
  private static final Pattern ROW = Pattern.compile("^\\| `([a-z_]+)` \\|");
  private static final Duration LIMIT = Duration.ofSeconds(40);
  private static final int SHARDING_BUFFER = 10; // Akka divides it by 10
  private static final String ID = "one/%:|";

  /** Sharding drops commands only by accident; LostCommandsTest makes it. */
  private static final Set<String> ELSEWHERE =
      Set.of(
          "cloudstate_eventsourced_resent_commands_total",
          "cloudstate_value_resent_commands_total");

  /** What the situations so far have moved. */
  private static final Set<String> moved = ConcurrentHashMap.newKeySet();

  @TempDir Path directory;

  @Test
  @Order(1)
  void oneNodeUsedWellAndBadly() throws Exception {
    var metricsPort = FreePort.find();
    var managementPort = FreePort.find();
    var settings =
        Map.of(
            "store",
            "h2",
            "h2.file",
            directory.resolve("store").toString(),
            "telemetry.disabled",
            "false",
            "telemetry.prometheus.host",
            "127.0.0.1",
            "telemetry.prometheus.port",
            Integer.toString(metricsPort),
            "management.port",
            Integer.toString(managementPort));
    try (var function = FakeUserFunction.start(AllKinds.spec());
        var proxy = TestProxy.start(function.port(), settings)) {
      var channel = proxy.connect();
      var admin = new ManagementPort("127.0.0.1", managementPort);

      eventSourced(function, channel, admin);
      values(function, channel);
      crdts(function, channel, admin);
      actions(function, channel);
      new ManagementPort("127.0.0.1", proxy.port()).get("/nowhere");
      brokenTables(function, channel, metricsPort);

      var open =
          EventSourcedTckModelGrpc.newFutureStub(channel)
              .process(Request.newBuilder().setId("three").build());
      var stream = function.nextStream(); // with a call under way

      awaitMoved(
          metricsPort, "cloudstate_sharding_shards", "cloudstate_replication_keys"); // asked for
      stream.complete();
      awaitEnd(open);
      channel.shutdownNow();
    }
  }

  @Test
  @Order(2)
  void entitiesThatAreCrowdedAndAFunctionThatIsAway() {
    var port = FreePort.find();
    var settings = Map.of("relay-buffer-size", "1", "crdt-entity.max-commands-in-flight", "1");
    var function = FakeUserFunction.start(AllKinds.spec());
    try (var proxy = TestProxy.start(function.port(), measured(port, settings))) {
      var channel = proxy.connect();
      var events = EventSourcedTckModelGrpc.newFutureStub(channel);
      var event = Request.newBuilder().setId(ID).build();
      var ofEvents = new ArrayList<ListenableFuture<?>>(List.of(events.process(event)));
      var stream = function.nextStream();
      stream.next();
      stream.nextCommand();
      ofEvents.add(events.process(event));
      ofEvents.add(events.process(event));
      awaitOneEnd(ofEvents);
      stream.send(TckModel.out(TckModel.reply(1, "")));
      stream.nextCommand();
      stream.send(TckModel.out(TckModel.reply(2, "")));
      ofEvents.forEach(MetricsIT::awaitEnd);

      var values = ValueEntityTckModelGrpc.newFutureStub(channel);
      var value = Valueentity.Request.newBuilder().setId(ID).build();
      var ofValues = new ArrayList<ListenableFuture<?>>(List.of(values.process(value)));
      var valueStream = function.nextValueStream();
      valueStream.next();
      valueStream.next();
      ofValues.add(values.process(value));
      ofValues.add(values.process(value));
      awaitOneEnd(ofValues);
      valueStream.send(ValueModel.out(ValueModel.reply(1, "")));
      valueStream.next();
      valueStream.send(ValueModel.out(ValueModel.reply(2, "")));
      ofValues.forEach(MetricsIT::awaitEnd);

      var crdts = CrdtTckModelGrpc.newFutureStub(channel);
      var crdt = CrdtModel.request("GCounter-1");
      var ofCrdts = new ArrayList<ListenableFuture<?>>(List.of(crdts.process(crdt)));
      var crdtStream = function.nextCrdtStream();
      crdtStream.next();
      crdtStream.next();
      ofCrdts.add(crdts.process(crdt));
      ofCrdts.add(crdts.process(crdt));
      awaitOneEnd(ofCrdts);
      awaitMoved(port, "cloudstate_crdt_refused_commands_total");

      function.close();
      await().atMost(LIMIT).until(() -> Scrape.of(port).value("cloudstate_function_up") == 0);
      awaitEnd(
          ActionTckModelGrpc.newFutureStub(channel)
              .processUnary(Action.Request.getDefaultInstance()));
      awaitMoved(port, "cloudstate_action_refused_commands_total");
      channel.shutdownNow();
    }
  }

  @Test
  @Order(3)
  void nodesThatDoNotSeeEachOther() {
    try (var one = Member.start(0);
        var two = Member.start(one.relay.port())) {
      var first = one.proxy.connect();
      var second = two.proxy.connect();
      await()
          .atMost(LIMIT)
          .until(() -> Scrape.of(one.port).value("cloudstate_cluster_members{status=\"up\"}") == 2);
      var counter = CrdtTckModelGrpc.newFutureStub(first).process(CrdtModel.request("GCounter-1"));
      var stream = one.function.nextCrdtStream();
      stream.next();
      stream.next();
      one.relay.cut();
      two.relay.cut();
      stream.send(
          CrdtModel.out(
              CrdtModel.reply(1, CrdtModel.gcounter(1))
                  .setStateAction(
                      CrdtModel.update(CrdtModel.plus(1)).toBuilder()
                          .setWriteConsistency(CrdtWriteConsistency.ALL))));
      awaitEnd(counter);
      var calls = new ArrayList<ListenableFuture<?>>();
      for (var i = 0; i < 2 * SHARDING_BUFFER; i++) { // which shards are where the other node knows
        calls.add(
            EventSourcedTckModelGrpc.newFutureStub(second)
                .process(Request.newBuilder().setId("lost-" + i).build()));
        calls.add(
            ValueEntityTckModelGrpc.newFutureStub(second)
                .process(Valueentity.Request.newBuilder().setId("lost-" + i).build()));
      }
      awaitMoved(
          one.port,
          "cloudstate_crdt_failed_writes_total",
          "cloudstate_cluster_unreachable_members");
      awaitMoved(
          two.port,
          "cloudstate_eventsourced_lost_commands_total",
          "cloudstate_value_lost_commands_total");
      one.relay.heal();
      two.relay.heal();
      calls.forEach(MetricsIT::awaitEnd);
      first.shutdownNow();
      second.shutdownNow();
    }
  }

  @Test
  @Order(4)
  void consumersOfATopicThatFail() throws Exception {
    var port = FreePort.find();
    var settings =
        Map.of(
            "eventing.support", "in-process",
            "eventing.retries.max", "1",
            "eventing.retries.min-backoff", "10ms",
            "eventing.on-failure-of", "skipping=skip,letters=dead-letter:letters");
    var spec =
        TopicIT.spec(
            Map.of(
                "ProcessEventOne", TopicIT.out("answers"),
                "ProcessAnyEvent", consuming("skipping"),
                "ProcessEventTwo", consuming("letters"),
                "Effect", consuming("stopping")));
    var attempts = new AtomicInteger();
    try (var function = FakeUserFunction.start(spec);
        var proxy = TestProxy.start(function.port(), measured(port, settings))) {
      function.actionsDo(
          call ->
              call.does(
                  (each, command) -> {
                    if (command == null) {
                      return;
                    }
                    var isPublisher = command.getName().equals("ProcessEventOne");
                    each.answer(
                        isPublisher || attempts.incrementAndGet() == 2
                            ? EventLogModel.answer()
                            : EventLogModel.failure("not now"));
                  }));
      var channel = proxy.connect();
      for (var i = 0; i < 2; i++) {
        awaitEnd(
            EventLogSubscriberModelGrpc.newFutureStub(channel)
                .processEventOne(EventLogModel.eventOne("text")));
      }
      awaitMoved(
          port,
          "cloudstate_eventing_publish_duration_seconds",
          "cloudstate_eventing_consumed_events_total",
          "cloudstate_eventing_failed_attempts_total",
          "cloudstate_eventing_retried_attempts_total",
          "cloudstate_eventing_skipped_events_total",
          "cloudstate_eventing_dead_lettered_events_total",
          "cloudstate_eventing_stopped_parts");
      assertThat(Scrape.of(port).series())
          .containsEntry(
              "cloudstate_eventing_skipped_events_total{group=\"skipping\",service=\""
                  + EventLogModel.SUBSCRIBER
                  + "\",source=\"topic answers\"}",
              1.0);
      channel.shutdownNow();
    }
  }

  private static MethodOptions consuming(String group) {
    return TopicIT.options(
        Eventing.newBuilder()
            .setIn(EventSource.newBuilder().setTopic("answers").setConsumerGroup(group)));
  }

  @Test
  @Order(5)
  void consumerOfAnEventLogThatIsSlow() {
    var port = FreePort.find();
    try (var function = FakeUserFunction.start(EventLogModel.spec());
        var proxy = TestProxy.start(function.port(), measured(port, Map.of()));
        var client = new EventLogModel(function, proxy)) {
      client.emit("one", EventLogModel.eventOne("text"));
      var consumer = function.nextAction();
      awaitMoved(port, "cloudstate_eventing_seconds_behind", "cloudstate_eventing_lag_events");
      consumer.answer(EventLogModel.answer());
    }
  }

  @Test
  @Order(6)
  void repliesThatWaitForABroker() {
    var port = FreePort.find();
    try (var function = AppendingFunction.startPublishingTo("answers")) {
      var away =
          Map.of(
              "eventing.support", "kafka",
              "eventing.kafka.bootstrap-servers", "127.0.0.1:" + FreePort.find(),
              "eventing.kafka.publish-timeout", "1s",
              "eventing.kafka.answer-timeout", "1s");
      try (var proxy = TestProxy.start(function.port(), measured(port, onDisk(away)));
          var client = new AppendingClient(proxy.port())) {
        assertThat(client.append("one", "a")).isEqualTo(1);
        awaitMoved(
            port,
            "cloudstate_outbox_replies",
            "cloudstate_outbox_failed_replies_total",
            "cloudstate_eventing_failed_publications_total");
      }
      var there = Map.of("eventing.support", "in-process");
      try (var proxy = TestProxy.start(function.port(), measured(port, onDisk(there)))) {
        assertThat(proxy.port()).isPositive();
        awaitMoved(port, "cloudstate_outbox_relayed_replies_total");
      }
    }
  }

  @Test
  @Order(7)
  void everythingThatIsDocumentedHasMoved() {
    var left = new TreeSet<>(documented());
    left.removeAll(moved);
    assertThat(left).as("run the whole class").isEqualTo(new TreeSet<>(ELSEWHERE));
  }

  private Map<String, String> onDisk(Map<String, String> settings) {
    var all = new HashMap<>(settings);
    all.put("store", "h2");
    all.put("h2.file", directory.resolve("outbox").toString());
    return all;
  }

  private static Map<String, String> measured(int port, Map<String, String> settings) {
    var all = new HashMap<>(settings);
    all.put("telemetry.disabled", "false");
    all.put("telemetry.prometheus.host", "127.0.0.1");
    all.put("telemetry.prometheus.port", Integer.toString(port));
    return all;
  }

  /** A node of a cluster, with its function. */
  private record Member(int port, FakeUserFunction function, Relay relay, TestProxy proxy)
      implements AutoCloseable {

    static Member start(int seedPort) {
      var port = FreePort.find();
      var remotingPort = FreePort.find();
      var relay = Relay.to(remotingPort);
      var function = FakeUserFunction.start(AllKinds.spec());
      var settings = Map.of("replication.write-timeout", "1s", "relay-timeout", "4s");
      var proxy =
          TestProxy.startMember(
              function.port(),
              measured(port, settings),
              remotingPort,
              relay,
              seedPort == 0 ? relay.port() : seedPort,
              "akka.cluster.sharding.buffer-size = " + SHARDING_BUFFER);
      return new Member(port, function, relay, proxy);
    }

    @Override
    public void close() {
      proxy.close();
      function.close();
      relay.close();
    }
  }

  private static void eventSourced(
      FakeUserFunction function, ManagedChannel channel, ManagementPort admin) {
    var stub = EventSourcedTckModelGrpc.newFutureStub(channel);
    var request = Request.newBuilder().setId(ID).build();
    var path = "/admin/entities/event-sourced-tck-model/one%2F%25%3A%7C";
    assertThat(admin.get(path).body()).contains("\"isLoaded\":false", "\"lastActivity\":null");

    var first = stub.process(request);
    var stream = function.nextStream();
    stream.next();
    stream.nextCommand();
    assertThat(admin.get(path).body())
        .contains("\"isLoaded\":true", "\"waiting\":0", "\"inFlight\":1", "\"id\":\"" + ID + "\"")
        .contains("\"node\":\"akka://cloudstate@")
        .doesNotContain("\"lastActivity\":null");
    stream.send(TckModel.out(TckModel.reply(1, "a", "a").setSnapshot(TckModel.persisted("a"))));
    awaitEnd(first);
    var second = stub.process(request);
    stream.nextCommand();
    stream.send(TckModel.out(TckModel.reply(2, "b", "b")));
    awaitEnd(second);
    var third = stub.process(request);
    stream.nextCommand();
    stream.send(TckModel.failure(3, "broken"));
    awaitEnd(third);
    stream.complete();
    var fourth = stub.process(request);
    var again = function.nextStream();
    assertThat(again.next().getInit().hasSnapshot()).isTrue();
    again.next(); // the event after it
    again.nextCommand();
    again.send(TckModel.out(TckModel.reply(1, "c")));
    awaitEnd(fourth);
    assertThat(admin.get("/admin/entities/unknown/one").status()).isEqualTo(404);
  }

  /** What the proxy has loaded it can use; what it writes fails. */
  private void brokenTables(FakeUserFunction function, ManagedChannel channel, int metricsPort)
      throws SQLException {
    var events = EventSourcedTckModelGrpc.newFutureStub(channel);
    var values = ValueEntityTckModelGrpc.newFutureStub(channel);
    var request = Request.newBuilder().setId("two").build();
    var loaded = events.process(request);
    var stream = function.nextStream();
    stream.next();
    stream.nextCommand();
    stream.send(TckModel.out(TckModel.reply(1, "")));
    awaitEnd(loaded);
    var loadedValue = values.process(Valueentity.Request.newBuilder().setId("two").build());
    var valueStream = function.nextValueStream();
    valueStream.next();
    valueStream.next();
    valueStream.send(ValueModel.out(ValueModel.reply(1, "")));
    awaitEnd(loadedValue);

    drop("snapshot");
    var withSnapshot = events.process(request);
    stream.nextCommand();
    stream.send(TckModel.out(TckModel.reply(2, "", "a").setSnapshot(TckModel.persisted("a"))));
    awaitEnd(withSnapshot);
    awaitMoved(metricsPort, "cloudstate_eventsourced_failed_snapshots_total");
    awaitUp(metricsPort);

    drop("value_entity_state");
    var withValue = values.process(Valueentity.Request.newBuilder().setId("two").build());
    valueStream.next();
    valueStream.send(
        ValueModel.out(ValueModel.reply(2, "").setStateAction(ValueModel.update("a"))));
    awaitEnd(withValue);
    awaitMoved(metricsPort, "cloudstate_value_failed_writes_total");
    awaitUp(metricsPort);

    drop("event_journal");
    var withEvent = events.process(request);
    stream.nextCommand();
    stream.send(TckModel.out(TckModel.reply(3, "", "b")));
    awaitEnd(withEvent);
    awaitMoved(metricsPort, "cloudstate_eventsourced_failed_writes_total");
    awaitUp(metricsPort);
  }

  private void drop(String table) throws SQLException {
    var url = "jdbc:h2:file:" + directory.resolve("store") + ";IFEXISTS=TRUE;WRITE_DELAY=0";
    try (var connection = DriverManager.getConnection(url);
        var statement = connection.createStatement()) {
      statement.execute("DROP TABLE \"" + table + "\"");
    }
  }

  /** Keeps what else has moved. */
  private static void awaitMoved(int metricsPort, String... families) {
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> {
              var scrape = Scrape.of(metricsPort);
              documented().stream().filter(scrape::hasMoved).forEach(moved::add);
              assertThat(families)
                  .allSatisfy(family -> assertThat(scrape.hasMoved(family)).isTrue());
            });
  }

  private static void awaitUp(int metricsPort) {
    await().atMost(LIMIT).until(() -> Scrape.of(metricsPort).value("cloudstate_store_up") == 1);
  }

  private static void values(FakeUserFunction function, ManagedChannel channel) {
    var stub = ValueEntityTckModelGrpc.newFutureStub(channel);
    var request = Valueentity.Request.newBuilder().setId(ID).build();
    var first = stub.process(request);
    var stream = function.nextValueStream();
    stream.next();
    stream.next();
    stream.send(ValueModel.out(ValueModel.reply(1, "a").setStateAction(ValueModel.update("a"))));
    awaitEnd(first);
    var second = stub.process(request);
    stream.next();
    stream.send(ValueModel.failure(2, "broken"));
    awaitEnd(second);
    stream.complete();
    var third = stub.process(request);
    var again = function.nextValueStream();
    again.next();
    again.next();
    again.send(ValueModel.out(ValueModel.reply(1, "").setStateAction(ValueModel.delete())));
    awaitEnd(third);
  }

  private static void crdts(
      FakeUserFunction function, ManagedChannel channel, ManagementPort admin) {
    var stub = CrdtTckModelGrpc.newFutureStub(channel);
    var path = "/admin/entities/crdt-tck-model/GCounter-1";
    assertThat(admin.get(path).body()).contains("\"isLoaded\":false", "\"node\":null");
    var first = stub.process(CrdtModel.request("GCounter-1"));
    var stream = function.nextCrdtStream();
    stream.next();
    stream.next();
    assertThat(admin.get(path).body()).contains("\"isLoaded\":true", "\"inFlight\":1");
    var counter = CrdtModel.reply(1, CrdtModel.gcounter(1));
    stream.send(CrdtModel.out(counter.setStateAction(CrdtModel.update(CrdtModel.plus(1)))));
    awaitEnd(first);
    var watched =
        CrdtTckModelGrpc.newBlockingStub(channel)
            .processStreamed(StreamedRequest.newBuilder().setId("GCounter-1").build());
    stream.next();
    stream.send(CrdtModel.out(CrdtModel.reply(2, CrdtModel.gcounter(1)).setStreamed(true)));
    assertThat(watched.next().getState().getGcounter().getValue()).isEqualTo(1);
    var failed = stub.process(CrdtModel.request("GCounter-1"));
    stream.next();
    stream.send(CrdtModel.out(CrdtModel.emptyReply(77)));
    awaitEnd(failed);
  }

  private static void actions(FakeUserFunction function, ManagedChannel channel) {
    function.actionsDo(
        call -> {
          if (call.rpc().equals("handleUnary")) {
            call.answer(ActionModel.failure("no"));
          } else {
            call.answer(ActionModel.reply("yes"));
          }
        });
    var request = Action.Request.getDefaultInstance();
    awaitEnd(ActionTckModelGrpc.newFutureStub(channel).processUnary(request));
    var streamed = ActionTckModelGrpc.newBlockingStub(channel).processStreamedOut(request);
    assertThat(streamed.hasNext()).isTrue();
  }

  /** Of this proxy, as the page names them. */
  private static Set<String> documented() {
    return lines().stream()
        .map(ROW::matcher)
        .filter(matcher -> matcher.find())
        .map(matcher -> matcher.group(1))
        .filter(name -> name.startsWith("cloudstate_"))
        .collect(Collectors.toSet());
  }

  private static List<String> lines() {
    try {
      return Files.readAllLines(PAGE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void awaitOneEnd(List<ListenableFuture<?>> calls) {
    await().atMost(LIMIT).until(() -> calls.stream().anyMatch(ListenableFuture::isDone));
  }

  /** Answered, be it with a failure. */
  private static void awaitEnd(ListenableFuture<?> call) {
    await().atMost(LIMIT).until(call::isDone);
  }
}
