package io.cloudstate.proxy;

import static io.cloudstate.proxy.testing.ActionModel.command;
import static io.cloudstate.proxy.testing.ActionModel.failure;
import static io.cloudstate.proxy.testing.ActionModel.forward;
import static io.cloudstate.proxy.testing.ActionModel.further;
import static io.cloudstate.proxy.testing.ActionModel.metadata;
import static io.cloudstate.proxy.testing.ActionModel.opening;
import static io.cloudstate.proxy.testing.ActionModel.reply;
import static io.cloudstate.proxy.testing.ActionModel.withEffect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.cloudstate.protocol.Action.ActionCommand;
import io.cloudstate.protocol.Action.ActionResponse;
import io.cloudstate.protocol.EntityOuterClass.MetadataEntry;
import io.cloudstate.protocol.EntityOuterClass.SideEffect;
import io.cloudstate.proxy.testing.ActionCall;
import io.cloudstate.proxy.testing.ActionModel;
import io.cloudstate.proxy.testing.EntityStream;
import io.cloudstate.proxy.testing.FakeUserFunction;
import io.cloudstate.proxy.testing.ScriptedService;
import io.cloudstate.proxy.testing.StreamedClient;
import io.cloudstate.proxy.testing.TckModel;
import io.cloudstate.proxy.testing.TestProxy;
import io.cloudstate.tck.model.Action.ProcessGroup;
import io.cloudstate.tck.model.Action.ProcessStep;
import io.cloudstate.tck.model.Action.Request;
import io.cloudstate.tck.model.Action.Response;
import io.cloudstate.tck.model.ActionTckModelGrpc;
import io.cloudstate.tck.model.Eventsourced;
import io.grpc.CallOptions;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Actions on the wire: what a client gets, and what the function gets to see. */
class ActionIT {

  private static final MethodDescriptor<Request, Response> UNARY =
      ActionTckModelGrpc.getProcessUnaryMethod();
  private static final MethodDescriptor<Request, Response> STREAMED_IN =
      ActionTckModelGrpc.getProcessStreamedInMethod();
  private static final MethodDescriptor<Request, Response> STREAMED_OUT =
      ActionTckModelGrpc.getProcessStreamedOutMethod();
  private static final MethodDescriptor<Request, Response> STREAMED =
      ActionTckModelGrpc.getProcessStreamedMethod();

  private static final int MANY = 10_000;
  private static final int KILOBYTES = 10;

  /** Of those many messages of 10 KB: what fits into the windows and buffers on the way. */
  private static final int FEW = 3_000;

  private static final Metadata.Key<String> TEXT =
      Metadata.Key.of("x-text", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<byte[]> BINARY =
      Metadata.Key.of("x-data-bin", Metadata.BINARY_BYTE_MARSHALLER);

  @RegisterExtension
  static final ScriptedService service =
      new ScriptedService(ActionModel.spec(), Map.of("relay-timeout", "3s"));

  private final FakeUserFunction function = service.function();
  private final ManagedChannel channel = service.channel();

  @BeforeEach
  void keep() {
    function.keepActions();
  }

  // --- the four shapes (section 1)

  @Test
  void discoveryAnnouncesActions() {
    assertThat(function.nextDiscovery().getSupportedEntityTypesList())
        .contains("cloudstate.action.ActionProtocol");
  }

  @Test
  void unary() {
    // When
    var client = open(UNARY).send(request("a")).halfClose();
    var call = function.nextAction();
    // Then
    assertThat(call.rpc()).isEqualTo("handleUnary");
    assertThat(bare(call.next())).isEqualTo(command("ProcessUnary", request("a")));
    call.answer(reply("b"));
    assertThat(client.next().getMessage()).isEqualTo("b");
    assertThat(client.awaitEnd().isOk()).isTrue();
  }

  @Test
  void streamedIn() {
    // When
    var client = open(STREAMED_IN);
    var call = function.nextAction();
    // Then
    assertThat(call.rpc()).isEqualTo("handleStreamedIn");
    var opening = call.next();
    assertThat(opening.hasMetadata()).isTrue();
    assertThat(bare(opening)).isEqualTo(opening("ProcessStreamedIn"));
    client.send(request("a")).send(request("b"));
    assertThat(call.next()).isEqualTo(further(request("a")));
    assertThat(call.next()).isEqualTo(further(request("b")));
    client.halfClose();
    assertThat(call.awaitEnd()).isEqualTo(EntityStream.End.HALF_CLOSED);
    call.answer(reply("c"));
    assertThat(client.next().getMessage()).isEqualTo("c");
    assertThat(client.awaitEnd().isOk()).isTrue();
  }

  @Test
  void streamedOut() {
    // When
    var client = open(STREAMED_OUT).send(request("a")).halfClose();
    var call = function.nextAction();
    // Then
    assertThat(call.rpc()).isEqualTo("handleStreamedOut");
    assertThat(bare(call.next())).isEqualTo(command("ProcessStreamedOut", request("a")));
    call.send(reply("b"));
    assertThat(client.next().getMessage()).isEqualTo("b");
    call.send(reply("c"));
    call.complete();
    assertThat(client.next().getMessage()).isEqualTo("c");
    assertThat(client.awaitEnd().isOk()).isTrue();
  }

  @Test
  void streamedBothWays() {
    // When
    var client = open(STREAMED);
    var call = function.nextAction();
    // Then
    assertThat(call.rpc()).isEqualTo("handleStreamed");
    assertThat(bare(call.next())).isEqualTo(opening("ProcessStreamed"));
    for (var i = 0; i < 100; i++) {
      client.send(request("to " + i));
      assertThat(call.next()).isEqualTo(further(request("to " + i)));
      call.send(reply("from " + i));
      assertThat(client.next().getMessage()).isEqualTo("from " + i);
    }
    client.halfClose();
    assertThat(call.awaitEnd()).isEqualTo(EntityStream.End.HALF_CLOSED);
    call.complete();
    assertThat(client.awaitEnd().isOk()).isTrue();
  }

  @Test
  void anAnswerBeforeTheEndOfTheInputEndsTheCall() {
    // Given
    var client = open(STREAMED_IN).send(request("a"));
    var call = function.nextAction();
    // When
    call.answer(reply("early"));
    // Then
    assertThat(client.next().getMessage()).isEqualTo("early");
    assertThat(client.awaitEnd().isOk()).isTrue();
  }

  @Test
  void theFunctionMayEndWhileTheClientSends() {
    // Given
    var client = open(STREAMED).send(request("a"));
    var call = function.nextAction();
    // When
    call.answer(reply("enough"));
    // Then
    assertThat(client.next().getMessage()).isEqualTo("enough");
    assertThat(client.awaitEnd().isOk()).isTrue();
  }

  @Test
  void noReplyIsAnOrderlyEnd() {
    // Given
    var unary = open(UNARY).send(request("a")).halfClose().request(1);
    function.nextAction().answer(ActionResponse.getDefaultInstance());
    var streamedIn = open(STREAMED_IN).halfClose().request(1);
    function.nextAction().answer(ActionResponse.getDefaultInstance());
    var streamed = open(STREAMED_OUT).send(request("a")).halfClose().request(1);
    var call = function.nextAction();
    call.send(ActionResponse.getDefaultInstance());
    call.complete();
    // Then
    assertThat(unary.awaitEnd().isOk()).isTrue();
    assertThat(streamedIn.awaitEnd().isOk()).isTrue();
    assertThat(streamed.awaitEnd().isOk()).isTrue();
    assertThat(unary.received() + streamedIn.received() + streamed.received()).isZero();
  }

  @Test
  void gzipBothWays() {
    // When
    var client =
        StreamedClient.open(
            channel, STREAMED, CallOptions.DEFAULT.withCompression("gzip"), new Metadata());
    client.send(large(1)).send(large(2)).halfClose();
    var call = function.nextAction();
    call.next();
    // Then
    assertThat(call.next()).isEqualTo(further(large(1)));
    assertThat(call.next()).isEqualTo(further(large(2)));
    call.send(reply("x".repeat(100_000)));
    call.answer(reply("y"));
    assertThat(client.next().getMessage()).hasSize(100_000);
    assertThat(client.next().getMessage()).isEqualTo("y");
    assertThat(client.awaitEnd().isOk()).isTrue();
  }

  // --- metadata (section 2)

  @Test
  void metadataOfTheRequestReachTheFunction() {
    for (var method : java.util.List.of(UNARY, STREAMED_IN, STREAMED_OUT, STREAMED)) {
      // Given
      var headers = new Metadata();
      headers.put(TEXT, "one");
      headers.put(TEXT, "two");
      headers.put(BINARY, new byte[] {0, -1, 7});
      // When
      var client = StreamedClient.open(channel, method, CallOptions.DEFAULT, headers);
      client.send(request("a")).halfClose();
      var call = function.nextAction();
      // Then
      assertThat(call.next().getMetadata().getEntriesList())
          .contains(
              text("x-text", "one"),
              text("x-text", "two"),
              MetadataEntry.newBuilder()
                  .setKey("x-data-bin")
                  .setBytesValue(ByteString.copyFrom(new byte[] {0, -1, 7}))
                  .build());
      call.complete();
      client.awaitEnd();
    }
  }

  @Test
  void metadataOfTheFirstReplyAreHeadersAndOfTheLastTrailers() {
    // Given
    var client = open(STREAMED_OUT).send(request("a")).halfClose();
    var call = function.nextAction();
    assertThat(client.hasHeaders()).isFalse();
    // When
    call.send(
        reply(
            "first",
            metadata(
                text("x-text", "first"),
                MetadataEntry.newBuilder()
                    .setKey("x-data-bin")
                    .setBytesValue(ByteString.copyFromUtf8("bytes"))
                    .build())));
    call.send(reply("second", metadata(text("x-text", "second"))));
    call.answer(reply("third", metadata(text("x-text", "third"))));
    client.request(3);
    // Then
    assertThat(client.headers().get(TEXT)).isEqualTo("first");
    assertThat(client.headers().get(BINARY)).asString().isEqualTo("bytes");
    assertThat(client.trailers().get(TEXT)).isEqualTo("third");
  }

  @Test
  void headersAreHeldBackUntilTheFirstReply() {
    // Given
    var client = open(STREAMED).send(request("a"));
    var call = function.nextAction();
    call.send(ActionResponse.getDefaultInstance());
    var probe = open(UNARY).send(request("probe")).halfClose();
    function.nextAction().answer(reply("probe"));
    probe.next();
    assertThat(client.hasHeaders()).isFalse();
    // When
    call.send(reply("b", metadata(text("x-text", "b"))));
    // Then
    assertThat(client.next().getMessage()).isEqualTo("b");
    assertThat(client.headers().get(TEXT)).isEqualTo("b");
    client.cancel();
    call.awaitEnd();
  }

  // --- failures (sections 3 and 4)

  @Test
  void aFailureEndsTheCallAfterTheRepliesBeforeIt() {
    // Given
    var client = open(STREAMED).send(request("a"));
    var call = function.nextAction();
    // When
    call.send(reply("before"));
    call.send(failure("so sorry"));
    // Then
    assertThat(client.next().getMessage()).isEqualTo("before");
    client.request(1);
    assertStatus(client.awaitEnd(), Status.Code.UNKNOWN, "so sorry");
    assertThat(client.received()).isZero();
    assertThat(call.awaitEnd()).isEqualTo(EntityStream.End.CANCELLED);
  }

  @Test
  void aFailureOfACallWithOneResponse() {
    for (var method : java.util.List.of(UNARY, STREAMED_IN)) {
      var client = open(method).send(request("a")).halfClose();
      function.nextAction().answer(failure("no"));
      assertStatus(client.awaitEnd(), Status.Code.UNKNOWN, "no");
    }
  }

  @Test
  void theStatusOfTheFunctionIsThatOfTheOneCall() {
    // Given
    var other = open(STREAMED);
    var otherCall = function.nextAction();
    for (var method : java.util.List.of(UNARY, STREAMED_IN, STREAMED_OUT, STREAMED)) {
      // When
      var client = open(method).send(request("a")).halfClose();
      function.nextAction().fail(Status.FAILED_PRECONDITION.withDescription("not today"));
      // Then
      assertStatus(client.awaitEnd(), Status.Code.FAILED_PRECONDITION, "not today");
    }
    otherCall.answer(reply("still there"));
    assertThat(other.next().getMessage()).isEqualTo("still there");
    assertThat(other.awaitEnd().isOk()).isTrue();
  }

  @Test
  void aStatusAfterRepliesComesAfterThem() {
    // Given
    var client = open(STREAMED_OUT).send(request("a")).halfClose();
    var call = function.nextAction();
    // When
    for (var i = 0; i < 5; i++) {
      call.send(reply("reply " + i));
    }
    call.fail(Status.ABORTED.withDescription("enough"));
    // Then
    for (var i = 0; i < 5; i++) {
      assertThat(client.next().getMessage()).isEqualTo("reply " + i);
    }
    assertStatus(client.awaitEnd(), Status.Code.ABORTED, "enough");
  }

  // --- cancellation and deadlines

  @Test
  void aClientThatGoesAwayCancelsTheCallToTheFunction() {
    for (var method : java.util.List.of(UNARY, STREAMED_IN, STREAMED_OUT, STREAMED)) {
      // Given
      var client = open(method).send(request("a"));
      if (method != STREAMED_IN && method != STREAMED) {
        client.halfClose();
      }
      var call = function.nextAction();
      call.next();
      // When
      client.cancel();
      // Then
      await(method.getBareMethodName()).until(call::isCancelled);
    }
  }

  @Test
  void theDeadlineOfTheClientReachesTheFunctionAndEndsTheCall() {
    for (var method : java.util.List.of(UNARY, STREAMED_IN, STREAMED_OUT, STREAMED)) {
      // When
      var options = CallOptions.DEFAULT.withDeadlineAfter(500, TimeUnit.MILLISECONDS);
      var client = StreamedClient.open(channel, method, options, new Metadata());
      client.send(request("a")).halfClose().request(1);
      var call = function.nextAction();
      // Then
      assertThat(call.deadline()).isNotNull();
      assertThat(call.deadline().isBefore(Deadline.after(600, TimeUnit.MILLISECONDS))).isTrue();
      assertThat(client.awaitEnd().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
      await(method.getBareMethodName()).until(call::isCancelled);
    }
  }

  @Test
  void theRelayTimeoutDoesNotEndStreams() {
    // Given
    var client = open(STREAMED).send(request("a"));
    var call = function.nextAction();
    assertThat(call.deadline()).isNull();
    // When: a unary call runs into the relay timeout meanwhile
    var unary = open(UNARY).send(request("b")).halfClose();
    function.nextAction();
    assertThat(unary.awaitEnd().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    // Then
    call.answer(reply("late"));
    assertThat(client.next().getMessage()).isEqualTo("late");
    assertThat(client.awaitEnd().isOk()).isTrue();
  }

  @Test
  void anActionMayTakeAsLongAsItsClientSays() {
    // Given
    var options = CallOptions.DEFAULT.withDeadlineAfter(1, TimeUnit.MINUTES);
    var patient = StreamedClient.open(channel, UNARY, options, new Metadata());
    patient.send(request("a")).halfClose();
    var call = function.nextAction();
    var unary = open(UNARY).send(request("b")).halfClose();
    function.nextAction();
    // When
    assertThat(unary.awaitEnd().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    call.answer(reply("late"));
    // Then
    assertThat(patient.next().getMessage()).isEqualTo("late");
    assertThat(patient.awaitEnd().isOk()).isTrue();
  }

  // --- back-pressure

  @Test
  void aSlowClientStopsAFastFunction() {
    // Given
    var client = open(STREAMED_OUT).send(request("a")).halfClose();
    var call = function.nextAction();
    // When
    call.flood(MANY, i -> reply(i + "x".repeat(KILOBYTES * 1000)));
    // Then
    assertThat(settled(call::sent)).isBetween(1, FEW);
    assertThat(isServed()).isTrue();
    client.request(MANY);
    for (var i = 0; i < MANY; i++) {
      assertThat(client.take().getMessage()).startsWith(i + "x");
    }
    assertThat(client.awaitEnd().isOk()).isTrue();
  }

  @Test
  void aSlowFunctionStopsAFastClient() {
    try (var slow = FakeUserFunction.startSlow(ActionModel.spec());
        var itsProxy = TestProxy.start(slow.port())) {
      // Given
      var itsChannel = itsProxy.connect();
      var client = StreamedClient.open(itsChannel, STREAMED_IN);
      var call = slow.nextAction();
      // When
      client.flood(MANY, i -> large(i));
      // Then
      assertThat(settled(client::sent)).isBetween(1, FEW);
      var other = StreamedClient.open(itsChannel, UNARY).send(request("b")).halfClose();
      var otherCall = slow.nextAction();
      otherCall.answer(reply("c"));
      assertThat(other.next().getMessage()).isEqualTo("c");
      call.request(MANY + 1);
      call.next();
      for (var i = 0; i < MANY; i++) {
        assertThat(call.next()).isEqualTo(further(large(i)));
      }
      call.answer(reply("all"));
      assertThat(client.next().getMessage()).isEqualTo("all");
      assertThat(client.awaitEnd().isOk()).isTrue();
      itsChannel.shutdownNow();
    }
  }

  // --- forwards and side effects (section 5)

  @Test
  void forwardsAndEffectsOfEachReplyGoInOrder() {
    // Given
    var client = open(STREAMED).request(10);
    var call = function.nextAction();
    // When
    call.send(withEffect(reply("one"), "e1", true));
    call.send(forward("f2"));
    call.send(withEffect(ActionResponse.getDefaultInstance(), "e3", true));
    call.send(withEffect(reply("four"), "e4", false));
    // Then
    var first = two("e1");
    assertThat(function.hasFurtherAction()).isFalse();
    assertThat(client.received()).isZero();
    first.fail(Status.INTERNAL);
    assertThat(client.take().getMessage()).isEqualTo("one");
    two("f2").answer(reply("two"));
    assertThat(client.take().getMessage()).isEqualTo("two");
    two("e3").answer(reply("dropped"));
    var asynchronous = two("e4");
    assertThat(client.take().getMessage()).isEqualTo("four");
    asynchronous.complete();
    call.complete();
    assertThat(client.awaitEnd().isOk()).isTrue();
    assertThat(client.received()).isZero();
  }

  @Test
  void aForwardToAStreamGivesAllItsReplies() {
    // Given
    var client = open(STREAMED_OUT).send(request("a")).halfClose().request(10);
    var call = function.nextAction();
    // When
    call.send(reply("one"));
    call.send(forward(ActionModel.MODEL, "ProcessStreamed", request("b")));
    call.answer(reply("four"));
    // Then
    var target = function.nextAction();
    assertThat(target.rpc()).isEqualTo("handleStreamed");
    assertThat(bare(target.next())).isEqualTo(opening("ProcessStreamed"));
    assertThat(target.next()).isEqualTo(further(request("b")));
    assertThat(target.awaitEnd()).isEqualTo(EntityStream.End.HALF_CLOSED);
    target.send(reply("two"));
    target.answer(reply("three"));
    for (var text : java.util.List.of("one", "two", "three", "four")) {
      assertThat(client.take().getMessage()).isEqualTo(text);
    }
    assertThat(client.awaitEnd().isOk()).isTrue();
  }

  @Test
  void aForwardOfAUnaryCallMayGoToAStreamWithOneReply() {
    // Given
    var client = open(UNARY).send(request("a")).halfClose();
    // When
    function.nextAction().answer(forward(ActionModel.MODEL, "ProcessStreamedOut", request("b")));
    var target = function.nextAction();
    target.answer(reply("two"));
    // Then
    assertThat(target.rpc()).isEqualTo("handleStreamedOut");
    assertThat(client.next().getMessage()).isEqualTo("two");
    assertThat(client.awaitEnd().isOk()).isTrue();
  }

  @Test
  void aForwardToAnEntityOfAnotherKind() {
    // Given
    var client = open(UNARY).send(request("a")).halfClose();
    // When
    function
        .nextAction()
        .answer(
            forward(
                TckModel.TWO, "Call", Eventsourced.Request.newBuilder().setId("entity").build()));
    // Then
    var stream = function.nextStream();
    stream.next();
    assertThat(stream.nextCommand().getName()).isEqualTo("Call");
    stream.send(TckModel.out(TckModel.reply(1, "stored", "event")));
    assertThat(client.next().getMessage()).isEqualTo("stored");
    assertThat(client.awaitEnd().isOk()).isTrue();
  }

  @Test
  void unknownTargetsAreReportedWithTheTrace() {
    // Given
    var client = open(STREAMED).request(2);
    var call = function.nextAction();
    // When
    call.send(
        reply("one").toBuilder()
            .addSideEffects(
                SideEffect.newBuilder()
                    .setServiceName("Nobody")
                    .setCommandName("Call")
                    .setSynchronous(true))
            .build());
    // Then
    assertThat(client.take().getMessage()).isEqualTo("one");
    assertThat(function.nextReportWith("Nobody"))
        .isEqualTo(
            "Service [Nobody] unknown\n  side-effect of " + ActionModel.MODEL + ".ProcessStreamed");
    call.send(forward(ActionModel.TWO, "Nothing", request("b")));
    assertThat(function.nextReportWith("Nothing"))
        .isEqualTo(
            "Service ["
                + ActionModel.TWO
                + "] does not have a command named: [Nothing]\n  forwarded from "
                + ActionModel.MODEL
                + ".ProcessStreamed");
    assertThat(client.awaitEnd().getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(call.awaitEnd()).isEqualTo(EntityStream.End.CANCELLED);
  }

  // --- many

  @Test
  void aThousandStreamsAtATime() {
    // Given
    function.actionsDo(
        call ->
            call.does(
                (same, command) -> {
                  if (command == null) {
                    same.complete();
                  } else if (command.hasPayload()) {
                    same.send(reply("echo"));
                  }
                }));
    var clients = new ArrayList<StreamedClient<Request, Response>>();
    // When
    for (var i = 0; i < 1_000; i++) {
      clients.add(open(STREAMED).request(10).send(request("a")));
    }
    for (var client : clients) {
      client.take();
    }
    // Then
    for (var i = 0; i < 9; i++) {
      for (var client : clients) {
        client.send(request("b"));
      }
    }
    for (var client : clients) {
      for (var i = 0; i < 9; i++) {
        assertThat(client.take().getMessage()).isEqualTo("echo");
      }
      client.halfClose();
    }
    for (var client : clients) {
      assertThat(client.awaitEnd().isOk()).isTrue();
    }
  }

  // --- the words above

  private StreamedClient<Request, Response> open(MethodDescriptor<Request, Response> method) {
    return StreamedClient.open(channel, method);
  }

  private boolean isServed() {
    var client = open(UNARY).send(request("probe")).halfClose();
    function.nextAction().answer(reply("probe"));
    return client.next().getMessage().equals("probe");
  }

  /** The call of {@code ActionTwo} with this id, which has to be the next. */
  private ActionCall two(String id) {
    var call = function.nextAction();
    assertThat(call.rpc()).isEqualTo("handleUnary");
    var command = call.next();
    assertThat(command.getServiceName()).isEqualTo(ActionModel.TWO);
    assertThat(command.getPayload().getValue().toStringUtf8()).contains(id);
    return call;
  }

  /** The count, when it has not changed for a while. */
  private static int settled(IntSupplier count) {
    var last = new int[] {-1};
    await()
        .pollInterval(Duration.ofMillis(500))
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              var now = count.getAsInt();
              var isSettled = now > 0 && now == last[0];
              last[0] = now;
              return isSettled;
            });
    return last[0];
  }

  private static ActionCommand bare(ActionCommand command) {
    return command.toBuilder().clearMetadata().build();
  }

  private static Request request(String text) {
    return Request.newBuilder()
        .addGroups(
            ProcessGroup.newBuilder()
                .addSteps(
                    ProcessStep.newBuilder()
                        .setReply(
                            io.cloudstate.tck.model.Action.Reply.newBuilder().setMessage(text))))
        .build();
  }

  private static Request large(int number) {
    return request(number + "x".repeat(KILOBYTES * 1000));
  }

  private static MetadataEntry text(String key, String value) {
    return MetadataEntry.newBuilder().setKey(key).setStringValue(value).build();
  }

  private static void assertStatus(Status status, Status.Code code, String description) {
    assertThat(status.getCode()).isEqualTo(code);
    assertThat(status.getDescription()).isEqualTo(description);
  }
}
