package io.cloudstate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.InvalidProtocolBufferException;
import io.cloudstate.protocol.EntityOuterClass.EntitySpec;
import io.cloudstate.proxy.testing.ActionModel;
import io.cloudstate.proxy.testing.CrdtModel;
import io.cloudstate.proxy.testing.FakeUserFunction;
import io.cloudstate.proxy.testing.FreePort;
import io.cloudstate.proxy.testing.ManagementPort;
import io.cloudstate.proxy.testing.Scrape;
import io.cloudstate.proxy.testing.TckModel;
import io.cloudstate.proxy.testing.TestProxy;
import io.cloudstate.proxy.testing.ValueModel;
import io.cloudstate.tck.model.Action;
import io.cloudstate.tck.model.ActionTckModelGrpc;
import io.cloudstate.tck.model.Crdt.StreamedRequest;
import io.cloudstate.tck.model.CrdtTckModelGrpc;
import io.cloudstate.tck.model.EventSourcedTckModelGrpc;
import io.cloudstate.tck.model.Eventsourced.Request;
import io.cloudstate.tck.model.valueentity.ValueEntityTckModelGrpc;
import io.cloudstate.tck.model.valueentity.Valueentity;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A proxy on a database with one entity of each kind, used well and badly: what
 * docs/reference/metrics.md promises is there and moves, but for what needs a broken database or
 * several nodes; and each entity can be looked at.
 */
@SuppressWarnings("NullAway.Init")
class MetricsIT {

  private static final Path PAGE = Path.of("..", "docs", "reference", "metrics.md");
  private static final Pattern ROW = Pattern.compile("^\\| `([a-z_]+)` \\|");
  private static final Duration LIMIT = Duration.ofSeconds(40);
  private static final String ID = "one/%:|";

  /** Seen to move in MetricsTest, and recorded in the tests that are named. */
  private static final Set<String> ELSEWHERE =
      Set.of(
          // LostCommandsTest
          "cloudstate_eventsourced_resent_commands_total",
          "cloudstate_eventsourced_lost_commands_total",
          "cloudstate_value_resent_commands_total",
          "cloudstate_value_lost_commands_total",
          // SituationMetricsIT
          "cloudstate_eventsourced_refused_commands_total",
          "cloudstate_value_refused_commands_total",
          "cloudstate_eventsourced_stashed_commands_total",
          "cloudstate_eventsourced_unstashed_commands_total",
          "cloudstate_eventsourced_command_stash_time_seconds",
          "cloudstate_value_stashed_commands_total",
          "cloudstate_value_unstashed_commands_total",
          "cloudstate_value_command_stash_time_seconds",
          // zero again when all is over; SituationMetricsIT has the one of event sourced entities
          "cloudstate_value_loaded_entities",
          "cloudstate_crdt_loaded_entities",
          // CrdtSerializerTest
          "cloudstate_replication_bytes_total",
          // needs several nodes
          "cloudstate_crdt_failed_writes_total",
          "cloudstate_cluster_unreachable_members",
          // too many at a time, or a function that is away
          "cloudstate_crdt_refused_commands_total",
          "cloudstate_action_refused_commands_total");

  @TempDir Path directory;

  @Test
  void everythingThatIsDocumentedMoves() throws Exception {
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
    try (var function = FakeUserFunction.start(spec());
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

      var expected = documented();
      expected.removeAll(ELSEWHERE);
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () -> {
                var scrape = Scrape.of(metricsPort);
                assertThat(expected).filteredOn(name -> !scrape.hasMoved(name)).isEmpty();
              });
      stream.complete();
      awaitEnd(open);
      channel.shutdownNow();
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

  private static void awaitMoved(int metricsPort, String family) {
    await().atMost(LIMIT).until(() -> Scrape.of(metricsPort).hasMoved(family));
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
  private static Set<String> documented() throws IOException {
    return Files.readAllLines(PAGE).stream()
        .map(ROW::matcher)
        .filter(matcher -> matcher.find())
        .map(matcher -> matcher.group(1))
        .filter(name -> name.startsWith("cloudstate_"))
        .collect(Collectors.toSet());
  }

  private static EntitySpec spec() throws InvalidProtocolBufferException {
    var files = new LinkedHashMap<String, FileDescriptorProto>();
    var all = TckModel.spec().toBuilder();
    for (var spec :
        List.of(TckModel.spec(), ValueModel.spec(), CrdtModel.spec(), ActionModel.spec())) {
      for (var file : FileDescriptorSet.parseFrom(spec.getProto()).getFileList()) {
        files.putIfAbsent(file.getName(), file);
      }
      if (!spec.equals(TckModel.spec())) {
        spec.getEntitiesList().stream()
            .filter(entity -> !entity.getServiceName().equals(TckModel.TWO))
            .forEach(all::addEntities);
      }
    }
    return all.setProto(
            FileDescriptorSet.newBuilder().addAllFile(files.values()).build().toByteString())
        .build();
  }

  /** Answered, be it with a failure. */
  private static void awaitEnd(ListenableFuture<?> call) {
    await().atMost(LIMIT).until(call::isDone);
  }
}
