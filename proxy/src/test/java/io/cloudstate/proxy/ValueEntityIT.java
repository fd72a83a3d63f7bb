package io.cloudstate.proxy;

import static io.cloudstate.proxy.testing.ValueModel.command;
import static io.cloudstate.proxy.testing.ValueModel.delete;
import static io.cloudstate.proxy.testing.ValueModel.failed;
import static io.cloudstate.proxy.testing.ValueModel.failure;
import static io.cloudstate.proxy.testing.ValueModel.init;
import static io.cloudstate.proxy.testing.ValueModel.out;
import static io.cloudstate.proxy.testing.ValueModel.reply;
import static io.cloudstate.proxy.testing.ValueModel.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.util.concurrent.ListenableFuture;
import io.cloudstate.protocol.EntityOuterClass.ClientAction;
import io.cloudstate.protocol.EntityOuterClass.Forward;
import io.cloudstate.protocol.EntityOuterClass.SideEffect;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityAction;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityReply;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamOut;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityUpdate;
import io.cloudstate.proxy.testing.FakeUserFunction;
import io.cloudstate.proxy.testing.ScriptedService;
import io.cloudstate.proxy.testing.ScriptedStream.End;
import io.cloudstate.proxy.testing.TckModel;
import io.cloudstate.proxy.testing.ValueModel;
import io.cloudstate.proxy.testing.ValueStream;
import io.cloudstate.tck.model.valueentity.ValueEntityConfiguredGrpc;
import io.cloudstate.tck.model.valueentity.ValueEntityTckModelGrpc;
import io.cloudstate.tck.model.valueentity.Valueentity.Request;
import io.cloudstate.tck.model.valueentity.Valueentity.Response;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Value entities on the wire: what a client gets, and what the function gets to see. */
class ValueEntityIT {

  private static final int QUEUE = 10;
  private static final AtomicInteger ids = new AtomicInteger();

  @RegisterExtension
  static final ScriptedService service =
      new ScriptedService(
          ValueModel.spec(),
          Map.of(
              "relay-timeout", "3s",
              "relay-buffer-size", Integer.toString(QUEUE),
              "stream-close-timeout", "500ms"));

  private final FakeUserFunction function = service.function();
  private final ManagedChannel channel = service.channel();
  private final String id = "value:" + ids.incrementAndGet();

  @Test
  void updatesAndDeletionsGoThroughOneStream() {
    // When
    var first = process(id);
    // Then
    var stream = function.nextValueStream();
    assertThat(stream.next()).isEqualTo(init(ValueModel.MODEL, id));
    assertThat(stream.next()).isEqualTo(command(1, "Process", request(id)));
    stream.send(out(reply(1, "")));
    assertThat(message(first)).isEmpty();

    var second = process(id);
    assertThat(stream.next()).isEqualTo(command(2, "Process", request(id)));
    stream.send(out(reply(2, "a").setStateAction(update("a"))));
    assertThat(message(second)).isEqualTo("a");

    var third = process(id);
    assertThat(stream.next()).isEqualTo(command(3, "Process", request(id)));
    stream.send(out(reply(3, "deleted").setStateAction(delete())));
    assertThat(message(third)).isEqualTo("deleted");

    var fourth = process(id);
    assertThat(stream.next()).isEqualTo(command(4, "Process", request(id)));
    stream.send(out(reply(4, "b").setStateAction(update("b"))));
    assertThat(message(fourth)).isEqualTo("b");
    assertThat(restarted(stream, 5).next()).isEqualTo(init(ValueModel.MODEL, id, "b"));
  }

  @Test
  void deletedEntityLoadsLikeOneThatNeverExisted() {
    // Given
    var stream = loaded(id, "a");
    var second = process(id);
    stream.nextCommand();
    // When
    stream.send(out(reply(2, "gone").setStateAction(delete())));
    message(second);
    // Then
    assertThat(restarted(stream, 3).next()).isEqualTo(init(ValueModel.MODEL, id));
  }

  @Test
  void deletionOfWhatIsNotThereIsFine() {
    // Given
    var first = process(id);
    var stream = function.nextValueStream();
    stream.next();
    stream.nextCommand();
    // When
    stream.send(out(reply(1, "gone").setStateAction(delete())));
    // Then
    assertThat(message(first)).isEqualTo("gone");
  }

  @Test
  void commandsOfOneEntityGoOneByOneInOrder() {
    // Given
    var calls = new ArrayList<ListenableFuture<Response>>();
    for (var i = 0; i < QUEUE; i++) {
      calls.add(process(id));
    }
    // When
    var stream = function.nextValueStream();
    stream.next();
    // Then
    for (var i = 1; i <= QUEUE; i++) {
      assertThat(stream.nextCommand().getId()).isEqualTo(i);
      assertThat(stream.isQuiet()).isTrue();
      stream.send(out(reply(i, "reply " + i).setStateAction(update("value " + i))));
    }
    for (var i = 1; i <= QUEUE; i++) {
      assertThat(message(calls.get(i - 1))).isEqualTo("reply " + i);
    }
  }

  @Test
  void failureIsTheCallersAndTheEntityGoesOnOnItsStream() {
    // Given
    var first = process(id);
    var stream = function.nextValueStream();
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
  void stateActionOfAFailureIsNotStoredAndTheFunctionStartsAfresh() {
    // Given
    var stream = loaded(id, "before");
    var second = process(id);
    stream.nextCommand();
    // When
    stream.send(out(failed(2, "no", false).setStateAction(update("after"))));
    // Then
    assertThat(status(second).getDescription()).isEqualTo("no");
    assertThat(function.nextReportWith(id)).contains("state action with a failure");
    assertThat(stream.awaitEnd()).isEqualTo(End.HALF_CLOSED);
    stream.complete();
    assertThat(function.nextValueStream().next()).isEqualTo(init(ValueModel.MODEL, id, "before"));
  }

  @Test
  void restartLoadsAtOnceWhatWasStored() {
    // Given
    var stream = loaded(id, "kept");
    // When
    var again = restarted(stream, 2);
    // Then
    assertThat(again.next()).isEqualTo(init(ValueModel.MODEL, id, "kept"));
    var third = process(id);
    assertThat(again.next()).isEqualTo(command(1, "Process", request(id)));
    again.send(out(reply(1, "back")));
    assertThat(message(third)).isEqualTo("back");
  }

  @Test
  void passivationHalfClosesAndTheNextCommandLoadsTheValue() {
    // Given
    var stub = ValueEntityConfiguredGrpc.newFutureStub(channel);
    var first = stub.call(request(id));
    var stream = function.nextValueStream();
    assertThat(stream.next()).isEqualTo(init(ValueModel.CONFIGURED, id));
    stream.nextCommand();
    stream.send(out(reply(1, "").setStateAction(update("kept"))));
    message(first);
    // When
    var end = stream.awaitEnd();
    // Then
    assertThat(end).isEqualTo(End.HALF_CLOSED);
    var second = stub.call(request(id));
    stream.complete();
    var again = function.nextValueStream();
    assertThat(again.next()).isEqualTo(init(ValueModel.CONFIGURED, id, "kept"));
    assertThat(again.nextCommand().getId()).isEqualTo(1);
    again.send(out(reply(1, "back")));
    assertThat(message(second)).isEqualTo("back");
    assertThat(again.awaitEnd()).isEqualTo(End.HALF_CLOSED);
    again.complete();
  }

  @Test
  void failureOfTheStreamEndsTheInstanceWithTheFixedTexts() {
    assertInstanceEnds(failure(2, "secret details"), "Unexpected Value entity failure");
  }

  @Test
  void failureThatIsNotCommandSpecificEndsTheInstance() {
    assertInstanceEnds(failure(0, "secret details"), "Unexpected Value entity failure");
  }

  @Test
  void replyToAnotherCommandEndsTheInstance() {
    assertInstanceEnds(
        out(reply(7, "x").setStateAction(update("x"))), "Unexpected Value entity reply");
  }

  @Test
  void emptyMessageEndsTheInstance() {
    assertInstanceEnds(
        ValueEntityStreamOut.getDefaultInstance(), "Unexpected Value entity failure");
  }

  @Test
  void streamThatTheFunctionEndsEndsTheInstance() {
    assertInstanceEndsWithItsStream(ValueStream::complete);
  }

  @Test
  void streamThatTheFunctionBreaksOffEndsTheInstance() {
    assertInstanceEndsWithItsStream(stream -> stream.fail(Status.INTERNAL.asRuntimeException()));
  }

  @Test
  void updateWithoutAValueEndsTheInstance() {
    var action =
        ValueEntityAction.newBuilder().setUpdate(ValueEntityUpdate.getDefaultInstance()).build();
    assertInstanceEnds(out(reply(2, "x").setStateAction(action)), "Unexpected Value entity reply");
  }

  @Test
  void stateActionWithoutAVariantEndsTheInstance() {
    assertInstanceEnds(
        out(reply(2, "x").setStateAction(ValueEntityAction.getDefaultInstance())),
        "Unexpected Value entity reply");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void streamThatTheFunctionEndsFailsItsCommandAndTheNextOneLoadsAgain(boolean isInOrder) {
    // Given
    var stream = loaded(id, "a");
    var current = process(id);
    stream.nextCommand();
    var queued = process(id);
    awaitQueued();
    // When
    if (isInOrder) {
      stream.complete();
    } else {
      stream.fail(Status.INTERNAL.withDescription("boom").asRuntimeException());
    }
    // Then
    assertThat(status(current).getDescription()).isEqualTo("Unexpected Value entity termination");
    assertThat(status(queued).getDescription()).isEqualTo("Value entity terminated");
    assertThat(function.nextReportWith(id)).contains("ended the stream");
    assertReachable(id, "a");
  }

  @Test
  void functionThatHangsCostsItsCommandOnlyAndOnlyUntilTheTimeOut() {
    // Given
    var hanging = process(id);
    var stream = function.nextValueStream();
    stream.next();
    stream.nextCommand();
    // Then
    assertThat(status(hanging).getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    assertThat(stream.awaitEnd()).isEqualTo(End.CANCELLED);
    assertThat(function.nextReportWith(id)).contains("command 1 was not answered in time");
    var next = process(id);
    var again = function.nextValueStream();
    again.next();
    again.nextCommand();
    again.send(out(reply(1, "back")));
    assertThat(message(next)).isEqualTo("back");
  }

  @Test
  void forwardIsAnsweredByItsTargetAndTheValueIsKept() {
    // Given
    var call = process(id);
    var stream = function.nextValueStream();
    stream.next();
    stream.nextCommand();
    var target = "two " + id;
    var forward =
        Forward.newBuilder()
            .setServiceName(ValueModel.TWO)
            .setCommandName("Call")
            .setPayload(TckModel.any(request(target)));
    // When
    stream.send(
        out(
            ValueEntityReply.newBuilder()
                .setCommandId(1)
                .setClientAction(ClientAction.newBuilder().setForward(forward))
                .setStateAction(update("kept"))));
    // Then
    var two = function.nextValueStream();
    assertThat(two.next()).isEqualTo(init(ValueModel.TWO, target));
    assertThat(two.next()).isEqualTo(command(1, "Call", request(target)));
    two.send(out(reply(1, "from two")));
    assertThat(message(call)).isEqualTo("from two");
    assertThat(restarted(stream, 2).next()).isEqualTo(init(ValueModel.MODEL, id, "kept"));
  }

  @Test
  void synchronousSideEffectEndsBeforeTheReplyIsReleased() {
    // Given
    var call = process(id);
    var stream = function.nextValueStream();
    stream.next();
    stream.nextCommand();
    var target = "two " + id;
    var effect =
        SideEffect.newBuilder()
            .setServiceName(ValueModel.TWO)
            .setCommandName("Call")
            .setPayload(TckModel.any(request(target)))
            .setSynchronous(true);
    // When
    stream.send(
        out(reply(1, "done").setStateAction(update("stored first")).addSideEffects(effect)));
    // Then
    var two = function.nextValueStream();
    assertThat(two.next()).isEqualTo(init(ValueModel.TWO, target));
    two.nextCommand();
    assertThat(call.isDone()).isFalse();
    two.send(out(reply(1, "")));
    assertThat(message(call)).isEqualTo("done");
  }

  @Test
  void keyThatFitsTheStoreIsServedAndALongerOneIsTheCallersMistake() {
    // When
    var longest = process("x".repeat(255));
    // Then
    var stream = function.nextValueStream();
    stream.next();
    stream.nextCommand();
    stream.send(out(reply(1, "fits").setStateAction(update("a"))));
    assertThat(message(longest)).isEqualTo("fits");
    assertThat(status(process("x".repeat(256))).getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  private void assertInstanceEnds(ValueEntityStreamOut offence, String text) {
    // Given
    var stream = loaded(id, "a");
    var current = process(id);
    assertThat(stream.nextCommand().getId()).isEqualTo(2);
    var queued = process(id);
    awaitQueued();
    // When
    stream.send(offence);
    // Then
    var status = status(current);
    assertThat(status.getCode()).isEqualTo(Status.Code.UNKNOWN);
    assertThat(status.getDescription()).isEqualTo(text);
    assertThat(status(queued).getDescription()).isEqualTo("Value entity terminated");
    assertThat(function.nextReportWith(id)).isNotEmpty();
    assertThat(stream.awaitEnd()).isEqualTo(End.HALF_CLOSED);
    stream.complete();
    assertReachable(id, "a");
  }

  private void assertInstanceEndsWithItsStream(Consumer<ValueStream> ending) {
    // Given
    var stream = loaded(id, "a");
    var current = process(id);
    stream.nextCommand();
    var queued = process(id);
    awaitQueued();
    // When
    ending.accept(stream);
    // Then
    var status = status(current);
    assertThat(status.getCode()).isEqualTo(Status.Code.UNKNOWN);
    assertThat(status.getDescription()).isEqualTo("Unexpected Value entity termination");
    assertThat(status(queued).getDescription()).isEqualTo("Value entity terminated");
    assertThat(function.nextReportWith(id)).contains("ended the stream");
    assertReachable(id, "a");
  }

  private void assertReachable(String id, String value) {
    var next = process(id);
    var again = function.nextValueStream();
    assertThat(again.next()).isEqualTo(init(ValueModel.MODEL, id, value));
    assertThat(again.nextCommand().getId()).isEqualTo(1);
    again.send(out(reply(1, "back")));
    assertThat(message(next)).isEqualTo("back");
  }

  /** An entity with one command behind it, which has stored this value. */
  private ValueStream loaded(String id, String value) {
    var first = process(id);
    var stream = function.nextValueStream();
    stream.next();
    stream.nextCommand();
    stream.send(out(reply(1, "").setStateAction(update(value))));
    message(first);
    return stream;
  }

  /** The stream after the one on which command {@code commandId} asked for a restart. */
  private ValueStream restarted(ValueStream stream, long commandId) {
    var call = process(id);
    assertThat(stream.nextCommand().getId()).isEqualTo(commandId);
    stream.send(out(failed(commandId, "restart", true)));
    assertThat(status(call).getDescription()).isEqualTo("restart");
    assertThat(stream.awaitEnd()).isEqualTo(End.HALF_CLOSED);
    stream.complete();
    return function.nextValueStream();
  }

  /**
   * Whole calls take the way that the one before has begun: when another entity is loaded and has
   * answered, the earlier call is in its entity's queue.
   */
  private void awaitQueued() {
    loaded("loaded after " + System.nanoTime(), "a");
  }

  private ListenableFuture<Response> process(String id) {
    return ValueEntityTckModelGrpc.newFutureStub(channel).process(request(id));
  }

  private static Request request(String id) {
    return Request.newBuilder().setId(id).build();
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
