package io.cloudstate.proxy;

import static io.cloudstate.proxy.testing.CrdtModel.CONFIGURED;
import static io.cloudstate.proxy.testing.CrdtModel.MODEL;
import static io.cloudstate.proxy.testing.CrdtModel.TWO;
import static io.cloudstate.proxy.testing.CrdtModel.added;
import static io.cloudstate.proxy.testing.CrdtModel.cancelled;
import static io.cloudstate.proxy.testing.CrdtModel.change;
import static io.cloudstate.proxy.testing.CrdtModel.command;
import static io.cloudstate.proxy.testing.CrdtModel.delete;
import static io.cloudstate.proxy.testing.CrdtModel.effect;
import static io.cloudstate.proxy.testing.CrdtModel.emptyReply;
import static io.cloudstate.proxy.testing.CrdtModel.failed;
import static io.cloudstate.proxy.testing.CrdtModel.forwarded;
import static io.cloudstate.proxy.testing.CrdtModel.gcounter;
import static io.cloudstate.proxy.testing.CrdtModel.gset;
import static io.cloudstate.proxy.testing.CrdtModel.init;
import static io.cloudstate.proxy.testing.CrdtModel.out;
import static io.cloudstate.proxy.testing.CrdtModel.plus;
import static io.cloudstate.proxy.testing.CrdtModel.pncounter;
import static io.cloudstate.proxy.testing.CrdtModel.reply;
import static io.cloudstate.proxy.testing.CrdtModel.request;
import static io.cloudstate.proxy.testing.CrdtModel.streamCancelled;
import static io.cloudstate.proxy.testing.CrdtModel.streamed;
import static io.cloudstate.proxy.testing.CrdtModel.streamedCommand;
import static io.cloudstate.proxy.testing.CrdtModel.update;
import static io.cloudstate.proxy.testing.CrdtModel.vote;
import static io.cloudstate.proxy.testing.CrdtModel.votes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamOut;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamedMessage;
import io.cloudstate.proxy.testing.CrdtModel;
import io.cloudstate.proxy.testing.CrdtStream;
import io.cloudstate.proxy.testing.FakeUserFunction;
import io.cloudstate.proxy.testing.ScriptedService;
import io.cloudstate.proxy.testing.ScriptedStream.End;
import io.cloudstate.proxy.testing.StreamedClient;
import io.cloudstate.proxy.testing.TestProxy;
import io.cloudstate.tck.model.Crdt.Fail;
import io.cloudstate.tck.model.Crdt.Request;
import io.cloudstate.tck.model.Crdt.RequestAction;
import io.cloudstate.tck.model.Crdt.Response;
import io.cloudstate.tck.model.Crdt.State;
import io.cloudstate.tck.model.Crdt.StreamedRequest;
import io.cloudstate.tck.model.CrdtConfiguredGrpc;
import io.cloudstate.tck.model.CrdtTckModelGrpc;
import io.cloudstate.tck.model.CrdtTwoGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** CRDT entities on the wire: what a client gets, and what the function gets to see. */
class CrdtIT {

  private static final int QUEUE = 10;
  private static final String TOO_LONG_TO_WAIT = "1h";
  private static final AtomicInteger ids = new AtomicInteger();

  @RegisterExtension
  static final ScriptedService service =
      new ScriptedService(
          CrdtModel.spec(),
          Map.of(
              "relay-timeout", "3s",
              "relay-buffer-size", Integer.toString(QUEUE),
              "crdt-entity.cancel-timeout", "500ms",
              "routing.max-queued-replies", "20",
              "stream-close-timeout", "500ms"));

  private final FakeUserFunction function = service.function();
  private final ManagedChannel channel = service.channel();
  private final String id = "Any-" + ids.incrementAndGet();

  @Test
  void discoverySaysThatCrdtsAreServed() {
    assertThat(function.nextDiscovery().getSupportedEntityTypesList())
        .contains("cloudstate.crdt.Crdt");
  }

  /** P-1. */
  @Test
  void stateChangesGoThroughOneStream() {
    // When
    var first = process(request(id));
    // Then
    var stream = function.nextCrdtStream();
    assertThat(stream.next()).isEqualTo(init(MODEL, id));
    assertThat(stream.next()).isEqualTo(command(1, "Process", request(id)));
    stream.send(out(reply(1, pncounter(0))));
    assertThat(state(first)).isEqualTo(pncounter(0));

    var second = process(request(id));
    assertThat(stream.next()).isEqualTo(command(2, "Process", request(id)));
    stream.send(out(reply(2, pncounter(2)).setStateAction(update(change(2)))));
    assertThat(state(second)).isEqualTo(pncounter(2));

    var third = process(request(id));
    assertThat(stream.next()).isEqualTo(command(3, "Process", request(id)));
    stream.send(out(reply(3, pncounter(7)).setStateAction(update(change(5)))));
    assertThat(state(third)).isEqualTo(pncounter(7));

    var fourth = process(request(id));
    assertThat(stream.next()).isEqualTo(command(4, "Process", request(id)));
    stream.send(out(reply(4, pncounter(7)).setStateAction(delete())));
    assertThat(state(fourth)).isEqualTo(pncounter(7));
    completes(stream);
  }

  /** P-2. */
  @Test
  void forwardsAndSideEffectsGoToTheOtherService() {
    // Given
    var first = process(request(id));
    var stream = function.nextCrdtStream();
    assertThat(stream.next()).isEqualTo(init(MODEL, id));
    assertThat(stream.next()).isEqualTo(command(1, "Process", request(id)));
    stream.send(out(reply(1, gset("one")).setStateAction(update(added("one")))));
    assertThat(state(first)).isEqualTo(gset("one"));
    // When
    var forwarded = process(request(id));
    assertThat(stream.next()).isEqualTo(command(2, "Process", request(id)));
    stream.send(out(forwarded(2, id)));
    // Then
    var two = function.nextCrdtStream();
    assertThat(two.next()).isEqualTo(init(TWO, id));
    assertThat(two.next()).isEqualTo(command(1, "Call", request(id)));
    two.send(out(reply(1, State.getDefaultInstance())));
    assertThat(state(forwarded)).isEqualTo(State.getDefaultInstance());
    // When
    var effect = process(request(id));
    assertThat(stream.next()).isEqualTo(command(3, "Process", request(id)));
    stream.send(out(reply(3, gset("one")).addSideEffects(effect(id))));
    // Then
    assertThat(state(effect)).isEqualTo(gset("one"));
    assertThat(two.next()).isEqualTo(command(2, "Call", request(id)));
    two.send(out(reply(2, State.getDefaultInstance())));
    // When
    var deletion = process(request(id));
    assertThat(stream.next()).isEqualTo(command(4, "Process", request(id)));
    stream.send(out(reply(4, gset("one")).setStateAction(delete())));
    // Then
    assertThat(state(deletion)).isEqualTo(gset("one"));
    completes(stream);
    // When
    var otherDeletion = CrdtTwoGrpc.newFutureStub(channel).call(request(id));
    assertThat(two.next()).isEqualTo(command(3, "Call", request(id)));
    two.send(out(reply(3, State.getDefaultInstance()).setStateAction(delete())));
    // Then
    assertThat(state(otherDeletion)).isEqualTo(State.getDefaultInstance());
    completes(two);
  }

  /** P-3. */
  @Test
  void failingReplyDoesNotEndTheStream() {
    // Given
    var first = process(request(id));
    var stream = function.nextCrdtStream();
    assertThat(stream.next()).isEqualTo(init(MODEL, id));
    assertThat(stream.next()).isEqualTo(command(1, "Process", request(id)));
    stream.send(out(reply(1, gcounter(42)).setStateAction(update(plus(42)))));
    assertThat(state(first)).isEqualTo(gcounter(42));
    // When
    var failing = process(request(id));
    assertThat(stream.next()).isEqualTo(command(2, "Process", request(id)));
    stream.send(out(failed(2, "expected failure")));
    // Then
    assertThat(status(failing)).satisfies(unknown("expected failure"));
    var last = process(request(id));
    assertThat(stream.next()).isEqualTo(command(3, "Process", request(id)));
    stream.send(out(reply(3, gcounter(42)).setStateAction(delete())));
    assertThat(state(last)).isEqualTo(gcounter(42));
    completes(stream);
  }

  /** P-6. */
  @Test
  void idleEntityIsUnloadedInOrder() {
    // Given
    var call = CrdtConfiguredGrpc.newFutureStub(channel).call(request(id));
    var stream = function.nextCrdtStream();
    assertThat(stream.next()).isEqualTo(init(CONFIGURED, id));
    assertThat(stream.next()).isEqualTo(command(1, "Call", request(id)));
    // When
    stream.send(out(reply(1, State.getDefaultInstance())));
    // Then
    assertThat(state(call)).isEqualTo(State.getDefaultInstance());
    completes(stream);
  }

  @Test
  void unloadedEntityIsLoadedWithItsValueAndNumbersCommandsAnew() {
    // Given
    var first = CrdtConfiguredGrpc.newFutureStub(channel).call(request(id));
    var stream = called();
    stream.send(out(reply(1, gcounter(3)).setStateAction(update(plus(3)))));
    state(first);
    completes(stream);
    // When
    var second = CrdtConfiguredGrpc.newFutureStub(channel).call(request(id));
    // Then
    var next = function.nextCrdtStream();
    assertThat(next.next()).isEqualTo(init(CONFIGURED, id, plus(3)));
    assertThat(next.next()).isEqualTo(command(1, "Call", request(id)));
    next.send(out(reply(1, gcounter(3))));
    assertThat(state(second)).isEqualTo(gcounter(3));
    completes(next);
  }

  @Test
  void commandThatComesWhileTheFunctionIsClosingIsServedByTheNextStream() {
    // Given
    var first = CrdtConfiguredGrpc.newFutureStub(channel).call(request(id));
    var stream = called();
    stream.send(out(reply(1, gcounter(0))));
    state(first);
    assertThat(stream.awaitEnd()).isEqualTo(End.HALF_CLOSED);
    var second = CrdtConfiguredGrpc.newFutureStub(channel).call(request(id));
    // When
    stream.complete();
    // Then
    var next = called();
    next.send(out(reply(1, gcounter(7))));
    assertThat(state(second)).isEqualTo(gcounter(7));
    completes(next);
  }

  /** Known gap 15. */
  @Test
  void functionThatNeverEndsItsSideDoesNotBlockTheEntity() {
    // Given
    var first = CrdtConfiguredGrpc.newFutureStub(channel).call(request(id));
    var stream = called();
    stream.send(out(reply(1, gcounter(0))));
    state(first);
    assertThat(stream.awaitEnd()).isEqualTo(End.HALF_CLOSED);
    // When
    var second = CrdtConfiguredGrpc.newFutureStub(channel).call(request(id));
    // Then
    var next = called();
    next.send(out(reply(1, gcounter(7))));
    assertThat(state(second)).isEqualTo(gcounter(7));
    completes(next);
  }

  /** Known gap 1. */
  @Test
  void deletedKeyAnswersThatItIsAndOpensNoStream() {
    // Given
    var two = CrdtConfiguredGrpc.newFutureStub(channel);
    var deletion = two.call(request(id));
    var stream = called();
    stream.send(out(reply(1, gcounter(0)).setStateAction(delete())));
    state(deletion);
    completes(stream);
    // When
    var whileLoaded = status(two.call(request(id)));
    // Then
    assertThat(whileLoaded).satisfies(unknown("Entity deleted"));
    for (var i = 0; i < 3; i++) { // it is unloaded meanwhile, or not yet: nobody can tell
      await().pollDelay(Duration.ofMillis(2L * CrdtModel.PASSIVATION_MILLIS)).until(() -> true);
      assertThat(status(two.call(request(id)))).satisfies(unknown("Entity deleted"));
    }
  }

  /** Known gap 20. */
  @Test
  void emptyIdIsRefusedAndDisturbsNobody() {
    // Given
    var call = process(request(id));
    var stream = called();
    // When
    var refused = status(process(request("")));
    // Then
    assertThat(refused.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    stream.send(out(reply(1, gcounter(1))));
    assertThat(state(call)).isEqualTo(gcounter(1));
  }

  @Test
  void severalCommandsAreWithTheFunctionAtATime() {
    // Given
    var calls = new ArrayList<ListenableFuture<Response>>();
    for (var i = 0; i < QUEUE; i++) {
      calls.add(process(request(id)));
    }
    var stream = function.nextCrdtStream();
    stream.next();
    for (var i = 1; i <= QUEUE; i++) {
      assertThat(stream.next().getCommand().getId()).isEqualTo(i);
    }
    // When
    for (var i = QUEUE; i >= 1; i--) {
      stream.send(out(reply(i, gcounter(i)).setStateAction(update(plus(1)))));
    }
    // Then
    assertThat(calls.stream().map(CrdtIT::state))
        .extracting(state -> state.getGcounter().getValue())
        .containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
    assertThat(stream.isQuiet()).isTrue();
  }

  @Test
  void streamThatTheFunctionBreaksFailsWhatIsOutAndTheNextCommandStartsAfresh() {
    // Given
    var call = process(request(id));
    var stream = called();
    // When
    stream.fail(Status.INTERNAL.asRuntimeException());
    // Then
    assertThat(status(call)).satisfies(unknown("Entity terminating"));
    assertThat(function.nextReport()).contains("Entity crashed");
    var next = process(request(id));
    var another = function.nextCrdtStream();
    assertThat(another.next()).isEqualTo(init(MODEL, id));
    assertThat(another.next()).isEqualTo(command(1, "Process", request(id)));
    another.send(out(reply(1, gcounter(0))));
    assertThat(state(next)).isEqualTo(gcounter(0));
  }

  @Test
  void replyToNobodyIsACrash() {
    // Given
    var call = process(request(id));
    var stream = called();
    // When
    stream.send(out(reply(9, gcounter(0))));
    // Then
    assertThat(status(call)).satisfies(unknown("Entity terminating"));
    assertThat(function.nextReport())
        .contains("Received reply for entity id %s for unknown command 9".formatted(id));
    assertThat(stream.awaitEnd()).isEqualTo(End.CANCELLED);
  }

  @Test
  void commandThatIsNotAnsweredInTimeFailsAndTheEntityIsLoadedAgain() {
    // Given
    var silent = process(request(id));
    var stream = called();
    // When
    var status = status(silent);
    // Then
    assertThat(status.getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    assertThat(stream.awaitEnd()).isEqualTo(End.HALF_CLOSED);
    stream.complete();
    var next = process(request(id));
    function.nextCrdtStream().send(out(reply(1, gcounter(0))));
    assertThat(state(next)).isEqualTo(gcounter(0));
    assertThat(function.nextReportWith(id)).contains("command 1 was not answered in time");
  }

  // --- slow and absent functions, shutdown

  /** Known gap 10. */
  @Test
  void slowFunctionRefusesSingleCommandsAndServesTheOthers() {
    // Given
    try (var slow = FakeUserFunction.startSlow(CrdtModel.spec());
        var own = TestProxy.start(slow.port(), Map.of("relay-buffer-size", "5"))) {
      var connection = own.connect();
      var stub = CrdtTckModelGrpc.newFutureStub(connection);
      var padding =
          RequestAction.newBuilder()
              .setFail(Fail.newBuilder().setMessage("x".repeat(200_000)))
              .build();
      // When
      var calls = new ArrayList<ListenableFuture<Response>>();
      for (var i = 0; i < 40; i++) {
        calls.add(stub.process(request(id, padding)));
      }
      var stream = slow.nextCrdtStream();
      await().until(() -> calls.stream().anyMatch(ListenableFuture::isDone));
      stream.request(1000);
      // Then
      assertThat(stream.next()).isEqualTo(init(MODEL, id));
      for (var i = 1; calls.stream().anyMatch(call -> !call.isDone()); i++) {
        var next = stream.poll(100);
        if (next != null) {
          stream.send(out(reply(next.getCommand().getId(), gcounter(i))));
        }
      }
      assertThat(calls.stream().map(CrdtIT::code).distinct())
          .containsExactlyInAnyOrder(Status.Code.OK, Status.Code.RESOURCE_EXHAUSTED);
      connection.shutdownNow();
    }
  }

  @Test
  void functionThatIsAwayIsUnavailable() {
    // Given
    var gone = FakeUserFunction.start(CrdtModel.spec());
    try (var own = TestProxy.start(gone.port())) {
      var connection = own.connect();
      gone.close();
      // When
      var call = CrdtTckModelGrpc.newFutureStub(connection).process(request(id));
      // Then
      assertThat(status(call).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      connection.shutdownNow();
    }
  }

  @Test
  void shutdownAnswersWhatIsOutAndUnloadsInOrder() {
    // Given
    try (var other = FakeUserFunction.start(CrdtModel.spec())) {
      var own = TestProxy.start(other.port());
      var connection = own.connect();
      var call = CrdtTckModelGrpc.newFutureStub(connection).process(request(id));
      var stream = other.nextCrdtStream();
      stream.next();
      stream.next();
      // When
      var stopped = CompletableFuture.runAsync(own::close);
      stream.send(out(reply(1, gcounter(1)).setStateAction(update(plus(1)))));
      // Then
      assertThat(state(call)).isEqualTo(gcounter(1));
      completes(stream);
      assertThat(stopped).succeedsWithin(Duration.ofSeconds(20));
      connection.shutdownNow();
    }
  }

  @Test
  void shutdownEndsOpenStreamsWithAStatusAndDoesNotWaitForThem() {
    // Given
    try (var other = FakeUserFunction.start(CrdtModel.spec())) {
      var own =
          TestProxy.start(other.port(), Map.of("graceful-termination-timeout", TOO_LONG_TO_WAIT));
      var connection = own.connect();
      var client = open(connection, streamedRequest(id));
      var stream = other.nextCrdtStream();
      assertThat(stream.next().hasInit()).isTrue();
      assertThat(stream.next()).isEqualTo(streamedCommand(1, streamedRequest(id)));
      stream.send(out(reply(1, gcounter(0)).setStreamed(true)));
      assertThat(client.take().getState()).isEqualTo(gcounter(0));
      // When
      var stopped = CompletableFuture.runAsync(own::close);
      // Then
      assertThat(client.awaitEnd().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(client.awaitEnd().getDescription()).isEqualTo("the proxy is shutting down");
      assertThat(stream.next()).isEqualTo(streamCancelled(1, id));
      stream.send(out(cancelled(1).setStateAction(update(plus(1)))));
      completes(stream);
      assertThat(stopped).succeedsWithin(Duration.ofSeconds(20));
      connection.shutdownNow();
    }
  }

  // --- streamed commands

  /** P-4. */
  @Test
  void presenceOfClientsIsAVote() {
    // Given
    var monitor = open(streamedRequest(id));
    var stream = function.nextCrdtStream();
    assertThat(stream.next()).isEqualTo(init(MODEL, id));
    assertThat(stream.next()).isEqualTo(streamedCommand(1, streamedRequest(id)));
    stream.send(out(reply(1, votes(false, 0, 1)).setStreamed(true)));
    assertThat(monitor.take().getState()).isEqualTo(votes(false, 0, 1));
    // When
    var present = open(presence(id));
    // Then
    assertThat(stream.next()).isEqualTo(streamedCommand(2, presence(id)));
    stream.send(out(emptyReply(2).setStreamed(true).setStateAction(update(vote(true)))));
    stream.send(out(streamed(1, votes(true, 1, 1))));
    assertThat(monitor.take().getState()).isEqualTo(votes(true, 1, 1));
    assertThat(present.received()).isZero();
    // When
    present.cancel();
    // Then
    assertThat(stream.next()).isEqualTo(streamCancelled(2, id));
    stream.send(out(cancelled(2).setStateAction(update(vote(false)))));
    stream.send(out(streamed(1, votes(false, 0, 1))));
    assertThat(monitor.take().getState()).isEqualTo(votes(false, 0, 1));
    // When
    monitor.cancel();
    // Then
    assertThat(stream.next()).isEqualTo(streamCancelled(1, id));
    stream.send(out(cancelled(1)));
    var deletion = process(request(id));
    assertThat(stream.next()).isEqualTo(command(3, "Process", request(id)));
    stream.send(out(reply(3, votes(false, 0, 1)).setStateAction(delete())));
    assertThat(state(deletion)).isEqualTo(votes(false, 0, 1));
    completes(stream);
  }

  @Test
  void functionEndsAStreamedCommand() {
    // Given
    var client = open(streamedRequest(id));
    var stream = called();
    // When
    stream.send(out(reply(1, gcounter(0)).setStreamed(true)));
    stream.send(out(streamed(1, gcounter(1)).setEndStream(true)));
    // Then
    assertThat(client.take().getState()).isEqualTo(gcounter(0));
    assertThat(client.take().getState()).isEqualTo(gcounter(1));
    assertThat(client.awaitEnd().isOk()).isTrue();
    assertThat(stream.isQuiet()).isTrue();
  }

  /** Known gap 5. */
  @Test
  void streamedCommandThatIsAnsweredOnceEnds() {
    // Given
    var client = open(streamedRequest(id));
    var stream = called();
    // When
    stream.send(out(reply(1, gcounter(7))));
    // Then
    assertThat(client.take().getState()).isEqualTo(gcounter(7));
    assertThat(client.awaitEnd().isOk()).isTrue();
  }

  @Test
  void streamEndsWithTheDescriptionOfAFailingElement() {
    // Given
    var client = open(streamedRequest(id));
    var stream = called();
    stream.send(out(emptyReply(1).setStreamed(true)));
    // When
    stream.send(
        CrdtStreamOut.newBuilder()
            .setStreamedMessage(
                CrdtStreamedMessage.newBuilder()
                    .setCommandId(1)
                    .setClientAction(failed(1, "enough").getClientAction()))
            .build());
    // Then
    assertThat(client.awaitEnd()).satisfies(unknown("enough"));
    assertThat(stream.next()).isEqualTo(streamCancelled(1, id));
  }

  /** Known gap 9. */
  @Test
  void slowClientLosesItsStreamAndTheFunctionIsTold() {
    // Given
    var client =
        StreamedClient.open(channel, CrdtTckModelGrpc.getProcessStreamedMethod())
            .send(streamedRequest(id))
            .halfClose();
    var stream = called();
    stream.send(out(emptyReply(1).setStreamed(true)));
    // When
    var large = gset("x".repeat(10_000));
    for (var i = 0; i < 200; i++) {
      stream.send(out(streamed(1, large)));
    }
    // Then
    assertThat(stream.next()).isEqualTo(streamCancelled(1, id));
    stream.send(out(cancelled(1)));
    client.request(1000);
    assertThat(client.awaitEnd().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    var next = process(request(id));
    assertThat(stream.next()).isEqualTo(command(2, "Process", request(id)));
    stream.send(out(reply(2, gcounter(0))));
    assertThat(state(next)).isEqualTo(gcounter(0));
  }

  /** Known gap 14. */
  @Test
  void openStreamsOfADeletedEntityEnd() {
    // Given
    var client = open(streamedRequest(id));
    var stream = called();
    stream.send(out(emptyReply(1).setStreamed(true)));
    var deletion = process(request(id));
    stream.next();
    // When
    stream.send(out(reply(2, gcounter(0)).setStateAction(delete())));
    // Then
    state(deletion);
    completes(stream);
    assertThat(client.awaitEnd()).satisfies(unknown("Entity deleted"));
    assertThat(open(streamedRequest(id)).awaitEnd()).satisfies(unknown("Entity deleted"));
  }

  // --- the words above

  private ListenableFuture<Response> process(Request request) {
    return CrdtTckModelGrpc.newFutureStub(channel).process(request);
  }

  private StreamedClient<StreamedRequest, Response> open(StreamedRequest request) {
    return open(channel, request);
  }

  private StreamedClient<StreamedRequest, Response> open(
      ManagedChannel connection, StreamedRequest request) {
    return StreamedClient.open(connection, CrdtTckModelGrpc.getProcessStreamedMethod())
        .send(request)
        .halfClose()
        .request(1000);
  }

  private static StreamedRequest streamedRequest(String id) {
    return StreamedRequest.newBuilder().setId(id).build();
  }

  /** Votes while it is there, and wants to hear nothing. */
  private static StreamedRequest presence(String id) {
    return StreamedRequest.newBuilder().setId(id).setEmpty(true).build();
  }

  private static void completes(CrdtStream stream) {
    assertThat(stream.awaitEnd()).isEqualTo(End.HALF_CLOSED);
    assertThat(stream.isQuiet()).isTrue();
    stream.complete();
  }

  /** The stream of the entity just called, which has got its init and one command. */
  private CrdtStream called() {
    var stream = function.nextCrdtStream();
    assertThat(stream.next().hasInit()).isTrue();
    assertThat(stream.next().getCommand().getId()).isEqualTo(1);
    return stream;
  }

  private static State state(ListenableFuture<Response> call) {
    try {
      return call.get(10, TimeUnit.SECONDS).getState();
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  private static Status status(ListenableFuture<Response> call) {
    var thrown =
        catchThrowableOfType(ExecutionException.class, () -> call.get(10, TimeUnit.SECONDS));
    return Status.fromThrowable(thrown);
  }

  private static Status.Code code(ListenableFuture<Response> call) {
    try {
      call.get(10, TimeUnit.SECONDS);
      return Status.Code.OK;
    } catch (ExecutionException e) {
      return Status.fromThrowable(e).getCode();
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  private static java.util.function.Consumer<Status> unknown(String description) {
    return status -> {
      assertThat(status.getCode()).isEqualTo(Status.Code.UNKNOWN);
      assertThat(status.getDescription()).isEqualTo(description);
    };
  }
}
