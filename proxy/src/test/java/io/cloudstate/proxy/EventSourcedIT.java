package io.cloudstate.proxy;

import static io.cloudstate.proxy.testing.TckModel.command;
import static io.cloudstate.proxy.testing.TckModel.event;
import static io.cloudstate.proxy.testing.TckModel.failed;
import static io.cloudstate.proxy.testing.TckModel.failure;
import static io.cloudstate.proxy.testing.TckModel.init;
import static io.cloudstate.proxy.testing.TckModel.out;
import static io.cloudstate.proxy.testing.TckModel.persisted;
import static io.cloudstate.proxy.testing.TckModel.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import io.cloudstate.protocol.EntityOuterClass.ClientAction;
import io.cloudstate.protocol.EntityOuterClass.Forward;
import io.cloudstate.protocol.EntityOuterClass.SideEffect;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedReply;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamOut;
import io.cloudstate.proxy.testing.EntityStream;
import io.cloudstate.proxy.testing.FakeUserFunction;
import io.cloudstate.proxy.testing.ScriptedService;
import io.cloudstate.proxy.testing.TckModel;
import io.cloudstate.tck.model.EventSourcedConfiguredGrpc;
import io.cloudstate.tck.model.EventSourcedTckModelGrpc;
import io.cloudstate.tck.model.EventSourcedTwoGrpc;
import io.cloudstate.tck.model.Eventsourced.Request;
import io.cloudstate.tck.model.Eventsourced.Response;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Event sourced entities on the wire: what a client gets, and what the function gets to see. */
class EventSourcedIT {

  private static final int QUEUE = 10;
  private static final AtomicInteger ids = new AtomicInteger();

  @RegisterExtension
  static final ScriptedService service =
      new ScriptedService(
          TckModel.spec(),
          Map.of(
              "relay-timeout", "3s",
              "relay-buffer-size", Integer.toString(QUEUE),
              "stream-close-timeout", "500ms",
              "routing.max-hops", "5"));

  private final FakeUserFunction function = service.function();
  private final ManagedChannel channel = service.channel();
  private final String id = "entity:" + ids.incrementAndGet();

  @Test
  void stateChangesGoThroughOneStream() {
    // When
    var first = process(id);
    // Then
    var stream = function.nextStream();
    assertThat(stream.next()).isEqualTo(init(TckModel.MODEL, id));
    assertThat(stream.next()).isEqualTo(command(1, "Process", request(id)));
    stream.send(out(reply(1, "")));
    assertThat(message(first)).isEmpty();

    var second = process(id);
    assertThat(stream.next()).isEqualTo(command(2, "Process", request(id)));
    stream.send(out(reply(2, "ab", "a", "b").setSnapshot(persisted("ab"))));
    assertThat(message(second)).isEqualTo("ab");
  }

  @Test
  void commandsOfOneEntityGoOneByOneInOrder() {
    // Given
    var calls = new ArrayList<ListenableFuture<Response>>();
    for (var i = 0; i < QUEUE; i++) {
      calls.add(process(id));
    }
    // When
    var stream = function.nextStream();
    stream.next();
    // Then
    for (var i = 1; i <= QUEUE; i++) {
      assertThat(stream.nextCommand().getId()).isEqualTo(i);
      assertThat(stream.isQuiet()).isTrue();
      stream.send(out(reply(i, "reply " + i, "event " + i)));
    }
    for (var i = 1; i <= QUEUE; i++) {
      assertThat(message(calls.get(i - 1))).isEqualTo("reply " + i);
    }
  }

  @Test
  void commandBeyondTheQueueIsRefusedAndTheOthersAreAnswered() {
    // Given
    var first = process(id);
    var stream = function.nextStream();
    stream.next();
    stream.nextCommand();
    var queued = new ArrayList<ListenableFuture<Response>>();
    for (var i = 0; i < QUEUE; i++) {
      queued.add(process(id));
    }
    // When
    var refused = status(process(id));
    // Then
    assertThat(refused.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(refused.getDescription()).contains("commands wait").contains(id);
    stream.send(out(reply(1, "one")));
    assertThat(message(first)).isEqualTo("one");
    for (var i = 0; i < QUEUE; i++) {
      var command = stream.nextCommand();
      stream.send(out(reply(command.getId(), "queued")));
      assertThat(message(queued.get(i))).isEqualTo("queued");
    }
  }

  @Test
  void failureIsTheCallersAndTheEntityGoesOn() {
    // Given
    var first = process(id);
    var stream = function.nextStream();
    stream.next();
    stream.nextCommand();
    // When
    stream.send(out(failed(1, "expected failure", false)));
    // Then
    var status = status(first);
    assertThat(status.getCode()).isEqualTo(Status.Code.UNKNOWN);
    assertThat(status.getDescription()).isEqualTo("expected failure");
    var second = process(id);
    assertThat(stream.nextCommand().getId()).isEqualTo(2);
    stream.send(out(reply(2, "fine")));
    assertThat(message(second)).isEqualTo("fine");
  }

  @Test
  void restartReplaysAtOnceWhatWasStored() {
    // Given
    var first = process(id);
    var stream = function.nextStream();
    stream.next();
    stream.nextCommand();
    stream.send(out(reply(1, "12", "1", "2")));
    message(first);
    var second = process(id);
    stream.nextCommand();
    // When
    stream.send(out(failed(2, "another failure", true)));
    // Then
    assertThat(status(second).getDescription()).isEqualTo("another failure");
    assertThat(stream.awaitEnd()).isEqualTo(EntityStream.End.HALF_CLOSED);
    assertThat(function.hasFurtherStream()).isFalse();
    stream.complete();
    var again = function.nextStream();
    assertThat(again.next()).isEqualTo(init(TckModel.MODEL, id));
    assertThat(again.next()).isEqualTo(event(1, "1"));
    assertThat(again.next()).isEqualTo(event(2, "2"));
    var third = process(id);
    assertThat(again.nextCommand().getId()).isEqualTo(1);
    again.send(out(reply(1, "124", "4")));
    assertThat(message(third)).isEqualTo("124");
  }

  @Test
  void snapshotShortensTheReplay() {
    // Given
    var stream = loaded(id, "abc", "a", "b", "c");
    var second = process(id);
    stream.nextCommand();
    stream.send(out(reply(2, "abcd", "d").setSnapshot(persisted("abcd"))));
    message(second);
    var third = process(id);
    stream.nextCommand();
    stream.send(out(reply(3, "abcde", "e")));
    message(third);
    // When
    var fourth = process(id);
    stream.nextCommand();
    stream.send(out(failed(4, "again", true)));
    status(fourth);
    stream.complete();
    // Then
    var again = function.nextStream();
    var init = again.next().getInit();
    assertThat(init.getSnapshot().getSnapshotSequence()).isEqualTo(4);
    assertThat(init.getSnapshot().getSnapshot()).isEqualTo(persisted("abcd"));
    assertThat(again.next()).isEqualTo(event(5, "e"));
  }

  @Test
  void passivationHalfClosesAndTheNextCommandLoadsAgain() {
    // Given
    var stub = EventSourcedConfiguredGrpc.newFutureStub(channel);
    var first = stub.call(request(id));
    var stream = function.nextStream();
    assertThat(stream.next()).isEqualTo(init(TckModel.CONFIGURED, id));
    stream.nextCommand();
    stream.send(out(reply(1, "", "kept")));
    message(first);
    // When
    var end = stream.awaitEnd();
    // Then
    assertThat(end).isEqualTo(EntityStream.End.HALF_CLOSED);
    var second = stub.call(request(id));
    stream.complete();
    var again = function.nextStream();
    assertThat(again.next()).isEqualTo(init(TckModel.CONFIGURED, id));
    assertThat(again.next()).isEqualTo(event(1, "kept"));
    assertThat(again.nextCommand().getId()).isEqualTo(1);
    again.send(out(reply(1, "back")));
    assertThat(message(second)).isEqualTo("back");
    assertThat(again.awaitEnd()).isEqualTo(EntityStream.End.HALF_CLOSED);
    again.complete();
  }

  @Test
  void commandThatTakesLongerThanThePassivationTimeOutIsAnsweredOnItsStream() {
    // Given
    var call = EventSourcedConfiguredGrpc.newFutureStub(channel).call(request(id));
    var stream = function.nextStream();
    stream.next();
    stream.nextCommand();
    // When
    assertThat(stream.poll(3 * TckModel.PASSIVATION_MILLIS)).isNull();
    // Then
    assertThat(stream.isEnded()).isFalse();
    stream.send(out(reply(1, "late", "kept")));
    assertThat(message(call)).isEqualTo("late");
    assertThat(stream.awaitEnd()).isEqualTo(EntityStream.End.HALF_CLOSED);
    stream.complete();
  }

  @Test
  void functionThatNeverEndsAHalfClosedStreamIsCutOff() {
    // Given
    var first = process(id);
    var stream = function.nextStream();
    stream.next();
    stream.nextCommand();
    stream.send(out(failed(1, "restart", true)));
    status(first);
    var second = process(id);
    // When: nothing is done to end the stream
    var again = function.nextStream();
    // Then
    again.next();
    again.nextCommand();
    again.send(out(reply(1, "back")));
    assertThat(message(second)).isEqualTo("back");
  }

  @Test
  void failureOfTheStreamEndsTheInstanceWithTheFixedTexts() {
    assertInstanceEnds(failure(1, "secret details"), "Unexpected entity failure");
  }

  @Test
  void failureThatIsNotCommandSpecificEndsTheInstance() {
    assertInstanceEnds(failure(0, "secret details"), "Unexpected entity failure");
  }

  @Test
  void replyToAnotherCommandEndsTheInstance() {
    assertInstanceEnds(out(reply(7, "x")), "Unexpected entity reply");
  }

  @Test
  void emptyMessageEndsTheInstance() {
    assertInstanceEnds(EventSourcedStreamOut.getDefaultInstance(), "Unexpected entity message");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void streamThatTheFunctionEndsFailsItsCommandAndTheNextOneLoadsAgain(boolean isInOrder) {
    // Given
    var stream = loaded(id, "a", "a");
    var current = process(id);
    stream.nextCommand();
    var queued = process(id);
    awaitQueued(queued);
    // When
    if (isInOrder) {
      stream.complete();
    } else {
      stream.fail(Status.INTERNAL.withDescription("boom").asRuntimeException());
    }
    // Then
    assertThat(status(current).getDescription()).isEqualTo("Unexpected entity termination");
    assertThat(status(queued).getDescription()).isEqualTo("Entity terminated");
    assertThat(function.nextReportWith(id)).contains("ended the stream");
    var next = process(id);
    var again = function.nextStream();
    again.next();
    assertThat(again.next()).isEqualTo(event(1, "a"));
    again.nextCommand();
    again.send(out(reply(1, "back")));
    assertThat(message(next)).isEqualTo("back");
  }

  @Test
  void functionThatHangsCostsItsEntityOnlyAndOnlyUntilTheTimeOut() {
    // Given
    var hanging = process(id);
    var stream = function.nextStream();
    stream.next();
    stream.nextCommand();
    // When
    var other = "other " + id;
    var stranger = process(other);
    var strangers = function.nextStream();
    strangers.next();
    strangers.nextCommand();
    strangers.send(out(reply(1, "quick")));
    // Then
    assertThat(message(stranger)).isEqualTo("quick");
    assertThat(status(hanging).getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    assertThat(stream.awaitEnd()).isEqualTo(EntityStream.End.CANCELLED);
    assertThat(function.nextReportWith(id)).contains("command 1 was not answered in time");
    var next = process(id);
    var again = function.nextStream();
    again.next();
    again.nextCommand();
    again.send(out(reply(1, "back")));
    assertThat(message(next)).isEqualTo("back");
  }

  @Test
  void deadlineOfTheClientEndsItsCallAndNotTheCommand() {
    // Given
    var impatient =
        EventSourcedTckModelGrpc.newFutureStub(channel)
            .withDeadlineAfter(300, TimeUnit.MILLISECONDS)
            .process(request(id));
    var stream = function.nextStream();
    stream.next();
    stream.nextCommand();
    assertThat(status(impatient).getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    // When
    stream.send(out(reply(1, "late", "stored all the same")));
    // Then
    var next = process(id);
    assertThat(stream.nextCommand().getId()).isEqualTo(2);
    stream.send(out(reply(2, "on time")));
    assertThat(message(next)).isEqualTo("on time");
  }

  @Test
  void queuedCommandWhoseCallerIsGoneIsNotExecuted() {
    // Given
    var first = process(id);
    var stream = function.nextStream();
    stream.next();
    stream.nextCommand();
    var impatient =
        EventSourcedTckModelGrpc.newFutureStub(channel)
            .withDeadlineAfter(300, TimeUnit.MILLISECONDS)
            .process(request(id));
    var patient = EventSourcedTckModelGrpc.newFutureStub(channel).process(request(id));
    assertThat(status(impatient).getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    // The proxy counts from when the call arrives: its deadline is later than the client's.
    await().pollDelay(Duration.ofMillis(500)).until(() -> true);
    // When
    stream.send(out(reply(1, "one")));
    // Then
    message(first);
    assertThat(stream.nextCommand().getId()).isEqualTo(2);
    stream.send(out(reply(2, "two")));
    assertThat(message(patient)).isEqualTo("two");
    assertThat(stream.isQuiet()).isTrue();
  }

  @Test
  void forwardIsAnsweredByItsTarget() {
    // Given
    var call = process(id);
    var stream = function.nextStream();
    stream.next();
    stream.nextCommand();
    var target = "two " + id;
    var forward =
        Forward.newBuilder()
            .setServiceName(TckModel.TWO)
            .setCommandName("Call")
            .setPayload(TckModel.any(request(target)));
    // When
    stream.send(
        out(
            EventSourcedReply.newBuilder()
                .setCommandId(1)
                .setClientAction(ClientAction.newBuilder().setForward(forward))
                .addEvents(persisted("kept"))));
    // Then
    var two = function.nextStream();
    assertThat(two.next()).isEqualTo(init(TckModel.TWO, target));
    assertThat(two.next()).isEqualTo(command(1, "Call", request(target)));
    two.send(out(reply(1, "from two")));
    assertThat(message(call)).isEqualTo("from two");
  }

  @Test
  void synchronousSideEffectEndsBeforeTheReplyIsReleased() {
    // Given
    var call = process(id);
    var stream = function.nextStream();
    stream.next();
    stream.nextCommand();
    var target = "two " + id;
    // When
    stream.send(out(reply(1, "done", "stored first").addSideEffects(effect(target, true))));
    // Then
    var two = function.nextStream();
    assertThat(two.next()).isEqualTo(init(TckModel.TWO, target));
    two.nextCommand();
    assertThat(call.isDone()).isFalse();
    two.send(out(failed(1, "effects have no influence", false)));
    assertThat(message(call)).isEqualTo("done");
  }

  @Test
  void asynchronousSideEffectIsNotWaitedFor() {
    // Given
    var call = process(id);
    var stream = function.nextStream();
    stream.next();
    stream.nextCommand();
    var target = "two " + id;
    // When
    stream.send(out(reply(1, "done").addSideEffects(effect(target, false))));
    // Then
    assertThat(message(call)).isEqualTo("done");
    var two = function.nextStream();
    two.next();
    two.nextCommand();
    two.send(out(reply(1, "")));
  }

  /** The entity is free for its next command while side effects run. */
  @Test
  void synchronousSideEffectMayBeOnTheEntityItself() {
    // Given
    var call = process(id);
    var stream = function.nextStream();
    stream.next();
    stream.nextCommand();
    var onItself = effect(id, true).toBuilder().setServiceName(TckModel.MODEL);
    // When
    stream.send(out(reply(1, "done").addSideEffects(onItself.setCommandName("Process").build())));
    // Then
    assertThat(stream.nextCommand().getId()).isEqualTo(2);
    assertThat(call.isDone()).isFalse();
    stream.send(out(reply(2, "effect")));
    assertThat(message(call)).isEqualTo("done");
  }

  @Test
  void eventsStayWhenTheForwardThatCameWithThemFails() {
    // Given
    var call = process(id);
    var stream = function.nextStream();
    stream.next();
    stream.nextCommand();
    var forward = Forward.newBuilder().setServiceName("nobody.Home").setCommandName("Call");
    // When
    stream.send(
        out(
            EventSourcedReply.newBuilder()
                .setCommandId(1)
                .setClientAction(ClientAction.newBuilder().setForward(forward))
                .addEvents(persisted("stays"))));
    // Then
    assertThat(status(call).getDescription()).isEqualTo("Service [nobody.Home] unknown");
    var second = process(id);
    stream.nextCommand();
    stream.send(out(failed(2, "again", true)));
    status(second);
    stream.complete();
    var again = function.nextStream();
    again.next();
    assertThat(again.next()).isEqualTo(event(1, "stays"));
  }

  @Test
  void forwardToAnUnknownServiceFailsTheCallAndIsReportedWithItsTrace() {
    // Given
    var call = process(id);
    var stream = function.nextStream();
    stream.next();
    stream.nextCommand();
    var forward = Forward.newBuilder().setServiceName("nobody.Home").setCommandName("Call");
    // When
    stream.send(
        out(
            EventSourcedReply.newBuilder()
                .setCommandId(1)
                .setClientAction(ClientAction.newBuilder().setForward(forward))));
    // Then
    assertThat(status(call).getDescription()).isEqualTo("Service [nobody.Home] unknown");
    assertThat(function.nextReport())
        .isEqualTo(
            "Service [nobody.Home] unknown\n  forwarded from " + TckModel.MODEL + ".Process");
  }

  @Test
  void forwardsInACircleEndAtTheLimit() {
    // Given
    var call = process(id);
    var stream = function.nextStream();
    stream.next();
    var toItself =
        Forward.newBuilder()
            .setServiceName(TckModel.MODEL)
            .setCommandName("Process")
            .setPayload(TckModel.any(request(id)));
    // When
    for (var i = 1; i <= 6; i++) {
      stream.nextCommand();
      stream.send(
          out(
              EventSourcedReply.newBuilder()
                  .setCommandId(i)
                  .setClientAction(ClientAction.newBuilder().setForward(toItself))));
    }
    // Then
    var status = status(call);
    assertThat(status.getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(status.getDescription()).contains("6 forwards").contains("at most 5");
    assertThat(function.nextReport()).contains("forwarded from");
  }

  @Test
  void replyOfAnotherTypeIsDeliveredAndReported() {
    // Given
    var call = process(id);
    var stream = function.nextStream();
    stream.next();
    stream.nextCommand();
    var odd = reply(1, "odd");
    odd.getClientActionBuilder().getReplyBuilder().getPayloadBuilder().setTypeUrl("odd.type/Odd");
    // When
    stream.send(out(odd));
    // Then
    assertThat(message(call)).isEqualTo("odd");
    assertThat(function.nextReport())
        .isEqualTo(
            "Warning: cloudstate.tck.model.EventSourcedTckModel.Process: Expected reply type_url"
                + " to be [type.googleapis.com/cloudstate.tck.model.Response] but was"
                + " [odd.type/Odd].");
  }

  @Test
  void emptyKeyIsTheCallersMistakeAndOpensNoStream() {
    // When
    var status = status(process(""));
    // Then
    assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(status.getDescription()).contains("id");
  }

  @Test
  void keyTooLongForTheStoreIsTheCallersMistake() {
    // When
    var status = status(process("x".repeat(300)));
    // Then
    assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  @Test
  void methodsOfOtherServicesKeepTheirEntitiesApart() {
    // When
    var model = process(id);
    var modelStream = function.nextStream();
    var two = EventSourcedTwoGrpc.newFutureStub(channel).call(request(id));
    var twoStream = function.nextStream();
    // Then
    assertThat(modelStream.next()).isEqualTo(init(TckModel.MODEL, id));
    assertThat(twoStream.next()).isEqualTo(init(TckModel.TWO, id));
    modelStream.nextCommand();
    twoStream.nextCommand();
    modelStream.send(out(reply(1, "model")));
    twoStream.send(out(reply(1, "two")));
    assertThat(message(model)).isEqualTo("model");
    assertThat(message(two)).isEqualTo("two");
  }

  private void assertInstanceEnds(EventSourcedStreamOut offence, String text) {
    // Given
    var stream = loaded(id, "a", "a");
    var current = process(id);
    stream.nextCommand();
    var queued = process(id);
    awaitQueued(queued);
    // When
    stream.send(offence);
    // Then
    var status = status(current);
    assertThat(status.getCode()).isEqualTo(Status.Code.UNKNOWN);
    assertThat(status.getDescription()).isEqualTo(text);
    assertThat(status(queued).getDescription()).isEqualTo("Entity terminated");
    assertThat(function.nextReportWith(id)).isNotEmpty();
    assertThat(stream.awaitEnd()).isEqualTo(EntityStream.End.HALF_CLOSED);
    var next = process(id); // while the dead instance is still closing
    stream.complete();
    var again = function.nextStream();
    again.next();
    assertThat(again.next()).isEqualTo(event(1, "a"));
    again.nextCommand();
    again.send(out(reply(1, "back")));
    assertThat(message(next)).isEqualTo("back");
  }

  /** An entity with one command behind it, which has stored these events. */
  private EntityStream loaded(String id, String state, String... events) {
    var first = process(id);
    var stream = function.nextStream();
    stream.next();
    stream.nextCommand();
    stream.send(out(reply(1, state, events)));
    message(first);
    return stream;
  }

  /**
   * Whole calls take the way that the one before has begun: when another entity is loaded and has
   * answered, the earlier call is in its entity's queue.
   */
  private void awaitQueued(ListenableFuture<Response> queued) {
    loaded("loaded after " + System.nanoTime(), "");
    assertThat(queued.isDone()).isFalse();
  }

  private ListenableFuture<Response> process(String id) {
    return EventSourcedTckModelGrpc.newFutureStub(channel).process(request(id));
  }

  private static Request request(String id) {
    return Request.newBuilder().setId(id).build();
  }

  private static SideEffect effect(String id, boolean synchronous) {
    return SideEffect.newBuilder()
        .setServiceName(TckModel.TWO)
        .setCommandName("Call")
        .setPayload(TckModel.any(request(id)))
        .setSynchronous(synchronous)
        .build();
  }

  private static String message(ListenableFuture<Response> call) {
    try {
      return call.get(20, TimeUnit.SECONDS).getMessage();
    } catch (ExecutionException | InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  private static Status status(ListenableFuture<Response> call) {
    var failure =
        catchThrowableOfType(ExecutionException.class, () -> call.get(20, TimeUnit.SECONDS));
    assertThat(failure).as("the call has to fail").isNotNull();
    assertThat(failure.getCause()).isInstanceOf(StatusRuntimeException.class);
    return ((StatusRuntimeException) failure.getCause()).getStatus();
  }
}
