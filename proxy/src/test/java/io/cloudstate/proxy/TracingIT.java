package io.cloudstate.proxy;

import static io.cloudstate.proxy.testing.ActionModel.forward;
import static io.cloudstate.proxy.testing.ActionModel.reply;
import static io.cloudstate.proxy.testing.ActionModel.withEffect;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import io.cloudstate.protocol.Action.ActionCommand;
import io.cloudstate.protocol.EntityOuterClass;
import io.cloudstate.protocol.EntityOuterClass.MetadataEntry;
import io.cloudstate.proxy.testing.ActionModel;
import io.cloudstate.proxy.testing.AllKinds;
import io.cloudstate.proxy.testing.AppendingFunction;
import io.cloudstate.proxy.testing.CapturedLog;
import io.cloudstate.proxy.testing.CrdtModel;
import io.cloudstate.proxy.testing.EventLogModel;
import io.cloudstate.proxy.testing.FakeUserFunction;
import io.cloudstate.proxy.testing.Relay;
import io.cloudstate.proxy.testing.SpanReceiver;
import io.cloudstate.proxy.testing.SpanReceiver.Received;
import io.cloudstate.proxy.testing.TckModel;
import io.cloudstate.proxy.testing.TestProxy;
import io.cloudstate.proxy.testing.ValueModel;
import io.cloudstate.tck.model.Action;
import io.cloudstate.tck.model.ActionTckModelGrpc;
import io.cloudstate.tck.model.CrdtTckModelGrpc;
import io.cloudstate.tck.model.EventLogSubscriberModelGrpc;
import io.cloudstate.tck.model.EventSourcedTckModelGrpc;
import io.cloudstate.tck.model.EventSourcedTwoGrpc;
import io.cloudstate.tck.model.Eventlogeventing.Response;
import io.cloudstate.tck.model.Eventsourced;
import io.cloudstate.tck.model.valueentity.ValueEntityTckModelGrpc;
import io.cloudstate.tck.model.valueentity.Valueentity;
import io.cloudstate.testing.FreePort;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Traces from the client through the proxy to function and store, sent by OTLP. */
@SuppressWarnings("NullAway.Init")
class TracingIT {

  private static final Duration LIMIT = Duration.ofSeconds(40);
  private static final String CLIENT = "00f067aa0ba902b7";
  private static final String PAYLOAD = "text-of-a-payload";
  private static final String STATE = "vendor=value";
  private static final String LATER = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final int SERVER = 2;
  private static final int CONSUMER = 5;
  private static final AtomicInteger TRACES = new AtomicInteger();

  private static SpanReceiver receiver;
  private static FakeUserFunction function;
  private static TestProxy proxy; // follows those calls alone that their client follows
  private static ManagedChannel channel;

  private final String trace = "4bf92f3577b34da6a3ce929d%08x".formatted(TRACES.incrementAndGet());
  private final String id = "entity-" + trace;

  @BeforeAll
  static void start() {
    receiver = SpanReceiver.start();
    function = FakeUserFunction.start(AllKinds.spec());
    proxy = TestProxy.start(function.port(), tracing(receiver.endpoint(), "0"));
    channel = proxy.connect();
  }

  @AfterAll
  static void stop() {
    channel.shutdownNow();
    proxy.close();
    function.close();
    receiver.close();
  }

  @Test
  void traceOfTheClientGoesOnThroughFunctionAndStore() {
    // When
    var call = EventSourcedTckModelGrpc.newFutureStub(traced("01")).process(request());
    var stream = function.nextStream();
    stream.next();
    var command = stream.nextCommand();
    stream.send(TckModel.out(TckModel.reply(1, PAYLOAD, PAYLOAD)));
    awaitEnd(call);
    // Then
    var spans = spans(4);
    var server = named(spans, TckModel.MODEL + "/Process");
    assertThat(server.parentId()).isEqualTo(CLIENT);
    assertThat(server.kind()).isEqualTo(SERVER);
    assertThat(server.state()).isEqualTo(STATE);
    assertThat(server.problem()).isEmpty();
    assertThat(server.attributes())
        .containsEntry("rpc.system", "grpc")
        .containsEntry("rpc.service", TckModel.MODEL)
        .containsEntry("rpc.method", "Process")
        .containsEntry("rpc.grpc.status_code", "0")
        .containsEntry("cloudstate.transport", "grpc")
        .containsEntry("service.name", "cloudstate-proxy")
        .containsKey("service.instance.id");
    var load = named(spans, "load " + TckModel.MODEL);
    var handled = named(spans, "function " + TckModel.MODEL + "/Process");
    var stored = named(spans, "store " + TckModel.MODEL);
    assertThat(List.of(load, handled, stored))
        .allSatisfy(
            span -> {
              assertThat(span.parentId()).isEqualTo(server.id());
              assertThat(span.startNanos()).isLessThanOrEqualTo(span.endNanos());
              assertThat(span.attributes())
                  .containsEntry("cloudstate.service", TckModel.MODEL)
                  .containsEntry("cloudstate.entity.type", "event-sourced-tck-model")
                  .containsEntry("cloudstate.entity.key", id);
            });
    assertThat(handled.attributes()).containsEntry("cloudstate.command.id", "1");
    assertThat(stored.attributes()).containsEntry("cloudstate.command.id", "1");
    assertThat(command.getMetadata()).isEqualTo(context(handled.id(), "01"));
    assertThat(receiver.hasReceived(PAYLOAD)).isFalse();
  }

  @Test
  void valueEntityHasTheSameSpans() {
    // When
    var call =
        ValueEntityTckModelGrpc.newFutureStub(traced("01"))
            .process(Valueentity.Request.newBuilder().setId(id).build());
    var stream = function.nextValueStream();
    stream.next();
    var command = stream.next().getCommand();
    stream.send(ValueModel.out(ValueModel.reply(1, "").setStateAction(ValueModel.update(PAYLOAD))));
    awaitEnd(call);
    // Then
    var spans = spans(4);
    var server = named(spans, ValueModel.MODEL + "/Process");
    var handled = named(spans, "function " + ValueModel.MODEL + "/Process");
    assertThat(handled.parentId()).isEqualTo(server.id());
    assertThat(named(spans, "load " + ValueModel.MODEL).parentId()).isEqualTo(server.id());
    assertThat(named(spans, "store " + ValueModel.MODEL).parentId()).isEqualTo(server.id());
    assertThat(command.getMetadata()).isEqualTo(context(handled.id(), "01"));
  }

  @Test
  void crdtHasTheSameSpans() {
    // When
    var call =
        CrdtTckModelGrpc.newFutureStub(traced("01")).process(CrdtModel.request("GCounter-" + id));
    var stream = function.nextCrdtStream();
    stream.next();
    var command = stream.next().getCommand();
    stream.send(
        CrdtModel.out(
            CrdtModel.reply(1, CrdtModel.gcounter(1))
                .setStateAction(CrdtModel.update(CrdtModel.plus(1)))));
    awaitEnd(call);
    // Then
    var spans = spans(4);
    var server = named(spans, CrdtModel.MODEL + "/Process");
    var handled = named(spans, "function " + CrdtModel.MODEL + "/Process");
    assertThat(handled.parentId()).isEqualTo(server.id());
    assertThat(named(spans, "load " + CrdtModel.MODEL).parentId()).isEqualTo(server.id());
    assertThat(named(spans, "store " + CrdtModel.MODEL).parentId()).isEqualTo(server.id());
    assertThat(command.getMetadata()).isEqualTo(context(handled.id(), "01"));
  }

  @Test
  void forwardsAndEffectsBelongToTheTraceOfTheirCall() {
    // When
    var call = ActionTckModelGrpc.newFutureStub(traced("01")).processUnary(anything());
    function.nextAction().answer(withEffect(forward("forwarded"), "effect", true));
    var effect = function.nextAction();
    var ofEffect = effect.next();
    effect.answer(reply("done"));
    var forwarded = function.nextAction();
    var ofForward = forwarded.next();
    forwarded.answer(reply("yes"));
    awaitEnd(call);
    // Then
    var spans = spans(4);
    var server = named(spans, ActionModel.MODEL + "/ProcessUnary");
    var first = named(spans, "function " + ActionModel.MODEL + "/ProcessUnary");
    var further =
        spans.stream()
            .filter(span -> span.name().equals("function " + ActionModel.TWO + "/Call"))
            .toList();
    assertThat(first.parentId()).isEqualTo(server.id());
    assertThat(further)
        .hasSize(2)
        .allSatisfy(span -> assertThat(span.parentId()).isEqualTo(server.id()));
    assertThat(further)
        .extracting(Received::id)
        .containsExactlyInAnyOrder(parentOf(ofEffect), parentOf(ofForward));
  }

  @Test
  void forwardGoesOnFromWhereTheFunctionSays() {
    // Given
    var own = "00-" + trace + "-00000000000000aa-01";
    var answer = forward("forwarded").toBuilder();
    answer.getForwardBuilder().getMetadataBuilder().addEntries(entry("traceparent", own));
    // When
    var call = ActionTckModelGrpc.newFutureStub(traced("01")).processUnary(anything());
    function.nextAction().answer(answer.build());
    function.nextAction().answer(reply("yes"));
    awaitEnd(call);
    // Then
    assertThat(named(spans(3), "function " + ActionModel.TWO + "/Call").parentId())
        .isEqualTo("00000000000000aa");
  }

  @Test
  void whatTheClientDoesNotFollowIsNotFollowedAndTheFunctionIsTold() {
    // When
    var call = EventSourcedTckModelGrpc.newFutureStub(traced("00")).process(request());
    var stream = function.nextStream();
    stream.next();
    var command = stream.nextCommand();
    stream.send(TckModel.out(TckModel.reply(1, "a")));
    awaitEnd(call);
    var action = ActionTckModelGrpc.newFutureStub(traced("00")).processUnary(anything());
    var called = function.nextAction();
    var ofAction = called.next();
    called.answer(reply("yes"));
    awaitEnd(action);
    // Then
    assertThat(traceparent(command.getMetadata())).startsWith("00-" + trace).endsWith("-00");
    assertThat(traceparent(ofAction.getMetadata())).startsWith("00-" + trace).endsWith("-00");
    var later = "00-" + LATER + "-" + CLIENT + "-01";
    awaitEnd(ActionTckModelGrpc.newFutureStub(with(channel, later)).processUnary(answered()));
    function.keepActions();
    await().atMost(LIMIT).until(() -> receiver.spans(LATER).size() == 2); // they come in order
    assertThat(receiver.spans(trace)).isEmpty();
  }

  @Test
  void failureIsTheStatusOfWhatHasFailed() {
    // When
    var call = EventSourcedTckModelGrpc.newFutureStub(traced("01")).process(request());
    var stream = function.nextStream();
    stream.next();
    stream.nextCommand();
    stream.send(TckModel.out(TckModel.failed(1, "not today", false)));
    awaitEnd(call);
    // Then
    var spans = spans(3);
    for (var name : List.of("", "function ")) {
      var failed = named(spans, name + TckModel.MODEL + "/Process");
      assertThat(failed.problem()).isEqualTo("not today");
      assertThat(failed.attributes())
          .containsEntry("rpc.grpc.status_code", "2")
          .containsEntry("error.type", "UNKNOWN");
    }
    assertThat(named(spans, "load " + TckModel.MODEL).problem()).isEmpty();
  }

  @Test
  void entityThatFailsEndsTheSpansOfItsCommand() {
    // When
    var call = EventSourcedTckModelGrpc.newFutureStub(traced("01")).process(request());
    var stream = function.nextStream();
    stream.next();
    stream.nextCommand();
    stream.complete();
    awaitEnd(call);
    // Then
    var handled = named(spans(3), "function " + TckModel.MODEL + "/Process");
    assertThat(handled.problem()).isNotEmpty();
  }

  @Test
  void lineInTheLogNamesTheTraceOfTheCommandThatItIsAbout() {
    try (var log = CapturedLog.begin()) {
      // When
      var call = EventSourcedTckModelGrpc.newFutureStub(traced("01")).process(request());
      var stream = function.nextStream();
      stream.next();
      stream.nextCommand();
      stream.send(TckModel.out(TckModel.reply(77, "a")));
      awaitEnd(call);
      // Then
      var server = named(spans(3), TckModel.MODEL + "/Process");
      assertThat(log.contextOf(id))
          .containsEntry("trace_id", trace)
          .containsEntry("span_id", server.id());
    }
  }

  @Test
  void callByHttpIsFollowedAsWell() throws Exception {
    // Given
    var unused = answered();
    var request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + proxy.port() + "/tck/model/action/unary"))
            .header("content-type", "application/json")
            .header("traceparent", traceparent("01"))
            .POST(BodyPublishers.ofString("{}", UTF_8))
            .build();
    // When
    var response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    function.keepActions();
    // Then
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(named(spans(2), ActionModel.MODEL + "/ProcessUnary").attributes())
        .containsEntry("cloudstate.transport", "http");
  }

  @Test
  void eventGoesOnWithTheTraceInWhichItWasPublished() throws Exception {
    // Given
    var settings = new HashMap<>(tracing(receiver.endpoint(), "0"));
    settings.put("eventing.support", "in-process");
    try (var model = FakeUserFunction.start(TopicIT.spec());
        var publishing = TestProxy.start(model.port(), settings)) {
      var own = publishing.connect();
      // When
      var call =
          EventLogSubscriberModelGrpc.newFutureStub(with(own, traceparent("01")))
              .processEventOne(EventLogModel.eventOne("text"));
      var publisher = model.nextAction();
      publisher.next();
      publisher.answer(
          EventLogModel.answer().toBuilder()
              .setReply(
                  EntityOuterClass.Reply.newBuilder()
                      .setPayload(TckModel.any(Response.newBuilder().setId("one").build())))
              .build());
      awaitEnd(call);
      var consumer = model.nextAction();
      var consumed = consumer.next();
      consumer.answer(EventLogModel.answer());
      // Then
      var spans = spans(4);
      var server = named(spans, EventLogModel.SUBSCRIBER + "/ProcessEventOne");
      var processed =
          spans.stream().filter(span -> span.kind() == CONSUMER).findFirst().orElseThrow();
      assertThat(processed.name()).startsWith("process ");
      assertThat(processed.parentId()).isEqualTo(server.id());
      var handled = named(spans, "function " + EventLogModel.SUBSCRIBER + "/ProcessAnyEvent");
      assertThat(handled.parentId()).isEqualTo(processed.id());
      assertThat(parentOf(consumed)).isEqualTo(handled.id());
      own.shutdownNow();
    }
  }

  @Test
  void traceGoesOnOnTheOtherNode() {
    try (var appending = AppendingFunction.start();
        var one = Node.start(appending, 0);
        var two = Node.start(appending, one.relay.port())) {
      var first = one.proxy.connect();
      await().atMost(LIMIT).until(() -> two.proxy.port() > 0);
      // When
      for (var i = 0; i < 30; i++) {
        awaitEnd(
            EventSourcedTckModelGrpc.newFutureStub(with(first, traceparent("01")))
                .process(Eventsourced.Request.newBuilder().setId(trace + i).build()));
      }
      // Then
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () -> {
                var spans = receiver.spans(trace);
                var servers = spans.stream().filter(span -> span.kind() == SERVER).toList();
                assertThat(servers).hasSize(30);
                assertThat(spans)
                    .filteredOn(span -> span.name().startsWith("function "))
                    .hasSize(30)
                    .allSatisfy(
                        span ->
                            assertThat(servers).extracting(Received::id).contains(span.parentId()))
                    .extracting(span -> span.attributes().get("service.instance.id"))
                    .contains(one.name(), two.name());
              });
      first.shutdownNow();
    }
  }

  @Test
  void callsThatNobodyFollowsYetAreFollowedAsOftenAsAskedFor() {
    try (var collector = SpanReceiver.start();
        var own = FakeUserFunction.start(ActionModel.spec());
        var all = TestProxy.start(own.port(), tracing(collector.endpoint() + "/v1/traces", "1"))) {
      var connection = all.connect();
      own.actionsDo(call -> call.answer(reply("yes")));
      // When
      for (var client : List.of(connection, with(connection, "nonsense"))) {
        awaitEnd(ActionTckModelGrpc.newFutureStub(client).processUnary(anything()));
      }
      // Then
      await().atMost(LIMIT).until(() -> collector.spans().size() == 4);
      assertThat(collector.spans())
          .filteredOn(span -> span.kind() == SERVER)
          .hasSize(2)
          .allSatisfy(span -> assertThat(span.parentId()).isEmpty())
          .extracting(Received::traceId)
          .doesNotHaveDuplicates();
      connection.shutdownNow();
    }
  }

  @Test
  void withoutTracingTheClientsContextReachesActionsAsItIsAndEntitiesNotAtAll() {
    try (var own = FakeUserFunction.start(ActionModel.spec());
        var plain = TestProxy.start(own.port())) {
      var connection = plain.connect();
      var client = with(connection, traceparent("01"));
      // When
      var action = ActionTckModelGrpc.newFutureStub(client).processUnary(anything());
      var called = own.nextAction();
      var ofAction = called.next();
      called.answer(reply("yes"));
      awaitEnd(action);
      var entity = EventSourcedTwoGrpc.newFutureStub(client).call(request());
      var stream = own.nextStream();
      stream.next();
      var command = stream.nextCommand();
      stream.send(TckModel.out(TckModel.reply(1, "a")));
      awaitEnd(entity);
      // Then
      assertThat(traceparent(ofAction.getMetadata())).isEqualTo(traceparent("01"));
      assertThat(command.hasMetadata()).isFalse();
      connection.shutdownNow();
    }
  }

  @Test
  void collectorThatIsAwayCostsALineInTheLogWhenItGoesAndOneWhenItComes() {
    var port = FreePort.find();
    try (var log = CapturedLog.begin();
        var own = FakeUserFunction.start(ActionModel.spec());
        var all = TestProxy.start(own.port(), tracing("http://127.0.0.1:" + port, "1"))) {
      var connection = all.connect();
      own.actionsDo(call -> call.answer(reply("yes")));
      var stub = ActionTckModelGrpc.newFutureStub(connection);
      // When
      await()
          .atMost(LIMIT)
          .until(
              () -> {
                awaitEnd(stub.processUnary(anything()));
                return ofTraces(log).size() == 1;
              });
      try (var collector = SpanReceiver.start(port)) {
        await()
            .atMost(LIMIT)
            .until(
                () -> {
                  awaitEnd(stub.processUnary(anything()));
                  return ofTraces(log).size() > 1;
                });
        assertThat(collector.spans()).isNotEmpty();
      }
      // Then
      assertThat(ofTraces(log))
          .containsExactly(
              "WARN traces cannot be sent; the proxy goes on without",
              "INFO traces are sent again");
      connection.shutdownNow();
    }
  }

  private static List<String> ofTraces(CapturedLog log) {
    return log.lines().stream().filter(line -> line.contains("traces ")).toList();
  }

  private record Node(Relay relay, TestProxy proxy) implements AutoCloseable {

    static Node start(AppendingFunction function, int seedPort) {
      var remotingPort = FreePort.find();
      var relay = Relay.to(remotingPort);
      var seed = seedPort == 0 ? relay.port() : seedPort;
      var settings = tracing(receiver.endpoint(), "0");
      return new Node(
          relay, TestProxy.startMember(function.port(), settings, remotingPort, relay, seed));
    }

    String name() {
      return "akka://cloudstate@127.0.0.1:" + relay.port();
    }

    @Override
    public void close() {
      proxy.close();
      relay.close();
    }
  }

  private static Map<String, String> tracing(String endpoint, String ratio) {
    return Map.of("telemetry.tracing.endpoint", endpoint, "telemetry.tracing.ratio", ratio);
  }

  private Eventsourced.Request request() {
    return Eventsourced.Request.newBuilder().setId(id).build();
  }

  private static Action.Request anything() {
    return Action.Request.getDefaultInstance();
  }

  /** A request that is answered without the test. */
  private static Action.Request answered() {
    function.actionsDo(call -> call.answer(reply("yes")));
    return anything();
  }

  private Channel traced(String flags) {
    return with(channel, traceparent(flags));
  }

  private static Channel with(Channel connection, String traceparent) {
    var headers = new Metadata();
    headers.put(Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER), traceparent);
    headers.put(Metadata.Key.of("tracestate", Metadata.ASCII_STRING_MARSHALLER), STATE);
    return ClientInterceptors.intercept(
        connection, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private String traceparent(String flags) {
    return traceparent(CLIENT, flags);
  }

  private String traceparent(String spanId, String flags) {
    return "00-" + trace + "-" + spanId + "-" + flags;
  }

  private EntityOuterClass.Metadata context(String spanId, String flags) {
    return EntityOuterClass.Metadata.newBuilder()
        .addEntries(entry("traceparent", traceparent(spanId, flags)))
        .addEntries(entry("tracestate", STATE))
        .build();
  }

  private static MetadataEntry entry(String key, String value) {
    return MetadataEntry.newBuilder().setKey(key).setStringValue(value).build();
  }

  private static String traceparent(EntityOuterClass.Metadata metadata) {
    return metadata.getEntriesList().stream()
        .filter(entry -> entry.getKey().equals("traceparent"))
        .map(MetadataEntry::getStringValue)
        .reduce((one, other) -> one + " and " + other)
        .orElse("");
  }

  /** The id of the span that the function was told to go on from. */
  private static String parentOf(ActionCommand command) {
    return traceparent(command.getMetadata()).split("-")[2];
  }

  /** All of this test's trace, as soon as there are so many. */
  private List<Received> spans(int number) {
    await().atMost(LIMIT).until(() -> receiver.spans(trace).size() >= number);
    var spans = receiver.spans(trace);
    assertThat(spans).hasSize(number);
    return spans;
  }

  private static Received named(List<Received> spans, String name) {
    return spans.stream()
        .filter(span -> span.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " is not among " + spans));
  }

  /** Answered, be it with a failure. */
  private static void awaitEnd(ListenableFuture<?> call) {
    await().atMost(LIMIT).until(call::isDone);
  }
}
