package io.cloudstate.proxy.entity.value;

import static io.cloudstate.proxy.testing.ValueModel.delete;
import static io.cloudstate.proxy.testing.ValueModel.failed;
import static io.cloudstate.proxy.testing.ValueModel.failure;
import static io.cloudstate.proxy.testing.ValueModel.init;
import static io.cloudstate.proxy.testing.ValueModel.out;
import static io.cloudstate.proxy.testing.ValueModel.persisted;
import static io.cloudstate.proxy.testing.ValueModel.reply;
import static io.cloudstate.proxy.testing.ValueModel.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.protocol.EntityOuterClass.Command;
import io.cloudstate.protocol.EntityOuterClass.SideEffect;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityAction;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityReply;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamIn;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityStreamOut;
import io.cloudstate.protocol.ValueEntityOuterClass.ValueEntityUpdate;
import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.entity.EntityMessages;
import io.cloudstate.proxy.entity.EntitySession.State;
import io.cloudstate.proxy.entity.Pending;
import io.cloudstate.proxy.entity.Step;
import io.cloudstate.proxy.storage.outbox.OutgoingReply;
import io.cloudstate.proxy.storage.store.StoredValue;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ValueSessionTest {

  private static final int MAX_QUEUED = 3;
  private static final long FAR = 1_000_000;
  private static final Failure UNAVAILABLE = new Failure.StorageFailed("The store is unavailable");

  private long now;
  private final ValueSession session =
      new ValueSession("shop.Cart", "alice", MAX_QUEUED, () -> now);

  // Loading: spec/value-entity.md 1

  @Test
  void firstCommandOpensTheStreamAndWaitsUntilTheValueIsRead() {
    // When
    var steps = session.onCommand(command("one"));
    // Then
    assertThat(steps).containsExactly(new Step.Open());
    assertThat(session.onRead(StoredValue.NONE))
        .containsExactly(send(init("shop.Cart", "alice")), send(command("one"), 1));
  }

  @Test
  void initHasTheStateEvenIfThereIsNone() {
    // Given
    session.onCommand(command("one"));
    // When
    var steps = session.onRead(new StoredValue(2, null));
    // Then
    var init = ((ValueStep.Send) steps.get(0)).message().getInit();
    assertThat(init.hasState()).isTrue();
    assertThat(init.getState().hasValue()).isFalse();
  }

  @Test
  void storedValueGoesOutWithInit() {
    // Given
    session.onCommand(command("one"));
    // When
    var steps = session.onRead(stored(7, "kept"));
    // Then
    assertThat(steps)
        .containsExactly(send(init("shop.Cart", "alice", "kept")), send(command("one"), 1));
  }

  @Test
  void valueThatCannotBeReadFailsTheCallersAtOnceAndTheNextCommandTriesAgain() {
    // Given
    var first = command("one");
    var second = command("two");
    session.onCommand(first);
    session.onCommand(second);
    // When
    var steps = session.onReadFailed("disk on fire");
    // Then
    assertThat(steps)
        .containsExactly(
            respond(first, UNAVAILABLE),
            respond(second, UNAVAILABLE),
            new Step.Cancel("loading failed: disk on fire"));
    assertThat(ended()).containsExactly(new Step.Passivate());
    assertThat(session.onCommand(command("three"))).containsExactly(new Step.Open());
  }

  @Test
  void loadingThatTakesTooLongEndsTheStreamAndALateValueIsIgnored() {
    // Given
    var first = command("one");
    session.onCommand(first);
    // When
    var steps = session.onLoadTimeout();
    // Then
    assertThat(steps)
        .containsExactly(
            respond(first, new Failure.TimedOut("The entity could not be loaded in time")),
            new Step.Cancel("loading took too long"));
    assertThat(session.onRead(StoredValue.NONE)).isEmpty();
  }

  @Test
  void messageWhileLoadingEndsTheInstance() {
    // Given
    var first = command("one");
    session.onCommand(first);
    // When
    var steps = session.onMessage(out(reply(1, "early")));
    // Then
    assertThat(steps)
        .containsExactly(
            new Step.Report("reply to command 1 (expected: none, no command is outstanding)"),
            respond(first, terminated()),
            new Step.HalfClose());
  }

  // Replies: section 2

  @Test
  void replyWithoutStateActionIsGivenAtOnce() {
    // Given
    var first = command("one");
    load(first);
    session.onCommand(command("two"));
    // When
    var steps = session.onMessage(out(reply(1, "hello")));
    // Then
    assertThat(steps).containsExactly(respond(first, replied("hello")), send(command("two"), 2));
  }

  @Test
  void replyWithAnUpdateIsGivenOnlyAfterItIsStored() {
    // Given
    var first = command("one");
    load(first);
    // When
    var steps = session.onMessage(out(reply(1, "done").setStateAction(update("a"))));
    // Then
    assertThat(steps).containsExactly(write(0, "a"));
    assertThat(session.onCommand(command("two"))).isEmpty();
    assertThat(session.onWritten())
        .containsExactly(respond(first, replied("done")), send(command("two"), 2));
  }

  /** docs/decisions/0012. */
  @Test
  void replyThatIsToBePublishedIsStoredWithTheValueItBelongsTo() {
    // Given
    var first = published(command("one"));
    load(first);
    // When
    var steps = session.onMessage(out(reply(1, "done").setStateAction(update("a"))));
    // Then
    var reply = (Answer.ClientAction.Reply) replied("done").action();
    var outgoing =
        new OutgoingReply("topic", "shop.Cart", "alice", reply.payload(), reply.metadata());
    assertThat(steps).containsExactly(new ValueStep.Write(0, payload("a"), outgoing));
    assertThat(session.onWritten())
        .containsExactly(
            respond(
                first,
                new Answer(
                    new Answer.ClientAction.Reply(reply.payload(), reply.metadata(), true),
                    List.of())));
  }

  @Test
  void replyThatStoresNothingIsNotStoredEither() {
    // Given
    var first = published(command("one"));
    load(first);
    // When
    var steps = session.onMessage(out(reply(1, "done")));
    // Then
    assertThat(steps).containsExactly(respond(first, replied("done")));
  }

  private static Pending published(Pending pending) {
    return new Pending(pending.call().publishedTo("topic"), pending.answer());
  }

  @Test
  void replyWithADeletionIsGivenOnlyAfterItIsStored() {
    // Given
    var first = command("one");
    load(first, stored(4, "a"));
    // When
    var steps = session.onMessage(out(reply(1, "gone").setStateAction(delete())));
    // Then
    assertThat(steps).containsExactly(new ValueStep.Write(4, null, null));
    assertThat(session.onWritten()).containsExactly(respond(first, replied("gone")));
  }

  @Test
  void updatesFollowADeletionOnTheSameStreamAndIdsGoOn() {
    // Given
    load(command("one"), stored(4, "a"));
    session.onMessage(out(reply(1, "").setStateAction(delete())));
    session.onWritten();
    // When
    assertThat(session.onCommand(command("two"))).containsExactly(send(command("two"), 2));
    var steps = session.onMessage(out(reply(2, "").setStateAction(update("b"))));
    // Then
    assertThat(steps).containsExactly(write(5, "b"));
    session.onWritten();
    session.onCommand(command("three"));
    assertThat(session.onMessage(out(reply(3, "").setStateAction(update("c")))))
        .containsExactly(write(6, "c"));
  }

  @Test
  void sideEffectsWaitForTheValueToBeStored() {
    // Given
    load(command("one"));
    var effect =
        SideEffect.newBuilder()
            .setServiceName("shop.Mail")
            .setCommandName("Send")
            .setPayload(persisted("x"))
            .setSynchronous(true);
    // When
    var steps =
        session.onMessage(out(reply(1, "done").setStateAction(update("a")).addSideEffects(effect)));
    // Then
    assertThat(steps).containsExactly(write(0, "a"));
    assertThat(((Step.Respond) session.onWritten().get(0)).answer().effects())
        .containsExactly(
            new Answer.SideEffect(
                new Answer.Target("shop.Mail", "Send", payload("x"), Metadata.EMPTY), true));
  }

  @Test
  void replyWithoutClientActionCompletesTheCall() {
    // Given
    var first = command("one");
    load(first);
    // When
    session.onMessage(out(ValueEntityReply.newBuilder().setCommandId(1).setStateAction(delete())));
    // Then
    assertThat(session.onWritten())
        .containsExactly(
            new Step.Respond(first, new Answer(new Answer.ClientAction.None(), List.of())));
  }

  @Test
  void updateWithoutAValueIsAnsweredAndReported() {
    var action =
        ValueEntityAction.newBuilder().setUpdate(ValueEntityUpdate.getDefaultInstance()).build();
    assertViolation(
        out(reply(1, "done").setStateAction(action)),
        "Unexpected Value entity reply",
        "update in reply to command 1 without a value");
  }

  @Test
  void stateActionWithoutAVariantIsAnsweredAndReported() {
    assertViolation(
        out(reply(1, "done").setStateAction(ValueEntityAction.getDefaultInstance())),
        "Unexpected Value entity reply",
        "state action in reply to command 1 without a variant set (expected: update or delete)");
  }

  @Test
  void commandCarriesNoMetadataAndNoStreamedFlag() {
    // Given
    var metadata = new Metadata(List.of(new Metadata.Entry.Text("user-agent", "x")));
    var call = new Call("shop.Cart", "one", payload("one"), metadata, FAR);
    // When
    session.onCommand(new Pending(call, answer -> {}));
    var steps = session.onRead(StoredValue.NONE);
    // Then
    assertThat(((ValueStep.Send) steps.get(1)).message().getCommand())
        .isEqualTo(
            Command.newBuilder()
                .setEntityId("alice")
                .setId(1)
                .setName("one")
                .setPayload(persisted("one"))
                .build());
  }

  // Failures: section 3

  @Test
  void failureKeepsTheInstance() {
    // Given
    var first = command("one");
    load(first);
    session.onCommand(command("two"));
    // When
    var steps = session.onMessage(out(failed(1, "no", false)));
    // Then
    assertThat(steps)
        .containsExactly(respond(first, new Failure.Refused("no")), send(command("two"), 2));
  }

  @Test
  void stateActionOfAFailureIsDroppedAndTheFunctionStartsAfresh() {
    // Given
    var first = command("one");
    load(first);
    session.onCommand(command("two"));
    // When
    var steps = session.onMessage(out(failed(1, "no", false).setStateAction(update("a"))));
    // Then
    assertThat(steps)
        .containsExactly(
            new Step.Report("state action with a failure of command 1 was dropped"),
            respond(first, new Failure.Refused("no")),
            new Step.HalfClose());
    assertThat(ended()).containsExactly(new Step.Open());
    assertThat(session.onRead(StoredValue.NONE)).contains(send(command("two"), 1));
  }

  @Test
  void restartIsHonouredAndWhatItWouldHaveChangedIsNotStored() {
    // Given
    var first = command("one");
    load(first);
    session.onCommand(command("two"));
    // When
    var steps = session.onMessage(out(failed(1, "again", true).setStateAction(delete())));
    // Then
    assertThat(steps)
        .containsExactly(respond(first, new Failure.Refused("again")), new Step.HalfClose());
    assertThat(ended()).containsExactly(new Step.Open());
    assertThat(session.onRead(stored(3, "kept")))
        .containsExactly(send(init("shop.Cart", "alice", "kept")), send(command("two"), 1));
  }

  @Test
  void replyToOtherCommandEndsTheInstance() {
    assertViolation(
        out(reply(7, "x")), "Unexpected Value entity reply", "reply to command 7 (expected: 1)");
  }

  @Test
  void replyWithNothingOutstandingEndsTheInstance() {
    // Given
    load(command("one"));
    session.onMessage(out(reply(1, "x")));
    // When
    var steps = session.onMessage(out(reply(1, "x").setStateAction(update("late"))));
    // Then
    assertThat(steps)
        .containsExactly(
            new Step.Report("reply to command 1 (expected: none, no command is outstanding)"),
            new Step.HalfClose());
    assertThat(ended()).containsExactly(new Step.Passivate());
  }

  @Test
  void failureOfTheOutstandingCommandEndsTheInstance() {
    assertViolation(
        failure(1, "boom"), "Unexpected Value entity failure", "failure of command 1 - boom");
  }

  @Test
  void failureOfTheStreamEndsTheInstance() {
    assertViolation(
        failure(0, "boom"),
        "Unexpected Value entity failure",
        "failure, not command specific - boom");
  }

  @Test
  void failureOfOtherCommandEndsTheInstance() {
    assertViolation(
        failure(5, "boom"),
        "Unexpected Value entity failure",
        "failure of command 5 (expected: 1) - boom");
  }

  @Test
  void failureWithNothingOutstandingEndsTheInstance() {
    // Given
    load(command("one"));
    session.onMessage(out(reply(1, "x")));
    // When
    var steps = session.onMessage(failure(1, "boom"));
    // Then
    assertThat(steps)
        .containsExactly(
            new Step.Report("failure of command 1 (expected: none) - boom"), new Step.HalfClose());
  }

  @Test
  void emptyMessageEndsTheInstance() {
    assertViolation(
        ValueEntityStreamOut.getDefaultInstance(),
        "Unexpected Value entity failure",
        "message without a variant set (expected: reply or failure)");
  }

  @Test
  void streamThatEndsOutOfTheBlueFailsItsCommandAndTheNextOneOpensAnother() {
    // Given
    var first = command("one");
    var second = command("two");
    load(first);
    session.onCommand(second);
    // When
    var steps = session.onStreamEnded(false, true, "gone");
    // Then
    assertThat(steps)
        .containsExactly(
            new Step.Report("the function ended the stream: gone"),
            respond(first, new Failure.UserFunctionFailed("Unexpected Value entity termination")),
            respond(second, terminated()),
            new Step.Passivate());
    assertThat(session.onCommand(command("three"))).containsExactly(new Step.Open());
  }

  @Test
  void brokenConnectionFailsTheCommandsAndIsNotReportedForEachEntity() {
    // Given
    var first = command("one");
    var second = command("two");
    load(first);
    session.onCommand(second);
    // When
    var steps = session.onStreamEnded(true, true, "UNAVAILABLE: io exception");
    // Then
    assertThat(steps)
        .containsExactly(
            respond(first, new Failure.UserFunctionFailed("Unexpected Value entity termination")),
            respond(second, terminated()),
            new Step.Passivate());
    assertThat(session.onCommand(command("three"))).containsExactly(new Step.Open());
  }

  @Test
  void streamThatEndsWithNothingOutstandingHarmsNobody() {
    // Given
    load(command("one"));
    session.onMessage(out(reply(1, "x")));
    // When
    var steps = session.onStreamEnded(false, true, "OK");
    // Then
    assertThat(steps)
        .containsExactly(
            new Step.Report("the function ended the stream: OK"), new Step.Passivate());
  }

  @Test
  void whatTheFunctionSendsOnAClosingStreamIsIgnored() {
    // Given
    load(command("one"));
    session.onMessage(failure(0, "boom"));
    // When
    assertThat(session.onMessage(out(reply(1, "x").setStateAction(update("a"))))).isEmpty();
    assertThat(session.onMessage(failure(1, "again"))).isEmpty();
    // Then
    assertThat(session.onCommand(command("two"))).isEmpty();
    assertThat(ended()).containsExactly(new Step.Open());
    assertThat(session.onRead(StoredValue.NONE))
        .containsExactly(send(init("shop.Cart", "alice")), send(command("two"), 1));
  }

  @Test
  void functionThatWasNeverReachedIsUnavailable() {
    // Given
    var first = command("one");
    session.onCommand(first);
    // When
    var steps = session.onStreamEnded(true, false, "UNAVAILABLE");
    // Then
    assertThat(steps)
        .containsExactly(
            respond(first, new Failure.UserFunctionUnavailable("User function unavailable")),
            new Step.Passivate());
  }

  @Test
  void failedWriteFailsTheCallersAndDropsTheFunctionsState() {
    // Given
    var first = command("one");
    var second = command("two");
    load(first);
    session.onCommand(second);
    session.onMessage(out(reply(1, "done").setStateAction(update("a"))));
    // When
    var steps = session.onWriteFailed("no connection");
    // Then
    assertThat(steps)
        .containsExactly(
            respond(first, UNAVAILABLE),
            respond(second, UNAVAILABLE),
            new Step.Cancel("storing failed: no connection"));
    assertThat(session.onCommand(command("three"))).isEmpty();
    assertThat(ended()).containsExactly(new Step.Open());
    assertThat(session.onRead(stored(1, "a")))
        .containsExactly(send(init("shop.Cart", "alice", "a")), send(command("three"), 1));
  }

  @Test
  void storeThatNeverAnswersFailsTheCallersInTheEnd() {
    // Given
    var first = command("one");
    load(first);
    session.onMessage(out(reply(1, "done").setStateAction(update("a"))));
    // When
    var steps = session.onWriteTimeout();
    // Then
    assertThat(steps)
        .containsExactly(
            respond(first, UNAVAILABLE), new Step.Cancel("storing failed: no answer in time"));
    assertThat(session.onWritten()).isEmpty();
  }

  @Test
  void whatTheStoreSaysOutOfTurnIsIgnored() {
    load(command("one"));
    assertThat(session.onWritten()).isEmpty();
    assertThat(session.onWriteFailed("late")).isEmpty();
    assertThat(session.onReadFailed("late")).isEmpty();
    assertThat(session.onRead(stored(9, "late"))).isEmpty();
    assertThat(session.onWriteTimeout()).isEmpty();
    assertThat(session.isBusy()).isTrue();
  }

  @Test
  void messageWhileStoringEndsTheInstanceAfterTheReplyIsGiven() {
    // Given
    var first = command("one");
    load(first);
    session.onMessage(out(reply(1, "done").setStateAction(update("a"))));
    // When
    assertThat(session.onMessage(out(reply(2, "x")))).isEmpty();
    // Then
    assertThat(session.onWritten())
        .containsExactly(
            respond(first, replied("done")),
            new Step.Report("reply to command 2 (expected: none, no command is outstanding)"),
            new Step.HalfClose());
  }

  @Test
  void streamThatEndsWhileStoringStillGivesTheReply() {
    // Given
    var first = command("one");
    load(first);
    session.onMessage(out(reply(1, "done").setStateAction(update("a"))));
    // When
    assertThat(session.onStreamEnded(false, true, "OK")).isEmpty();
    // Then
    assertThat(session.onWritten())
        .containsExactly(
            respond(first, replied("done")),
            new Step.Report("the function ended the stream: OK"),
            new Step.Passivate());
  }

  @Test
  void functionThatHangsCostsItsCommandAndTheQueueOnly() {
    // Given
    var first = command("one");
    var second = command("two");
    load(first);
    session.onCommand(second);
    // When
    var steps = session.onCommandTimeout();
    // Then
    assertThat(steps)
        .containsExactly(
            new Step.Report("command 1 was not answered in time"),
            respond(first, new Failure.TimedOut("The user function did not answer in time")),
            respond(second, terminated()),
            new Step.Cancel("command 1 was not answered in time"));
  }

  @Test
  void commandBeyondTheQueueIsRefused() {
    // Given
    load(command("one"));
    for (var i = 0; i < MAX_QUEUED; i++) {
      session.onCommand(command("queued"));
    }
    var last = command("last");
    // When
    var steps = session.onCommand(last);
    // Then
    assertThat(steps)
        .containsExactly(
            respond(
                last,
                new Failure.Overloaded(
                    "3 commands wait for entity alice already (expected: at most 3)")));
  }

  @Test
  void commandWhoseCallerHasGivenUpIsNotExecuted() {
    // Given
    load(command("one"));
    var late = command("late", 10);
    session.onCommand(late);
    now = 10;
    // When
    var steps = session.onMessage(out(reply(1, "x")));
    // Then
    assertThat(steps).contains(respond(late, new Failure.TimedOut("The command waited too long")));
    assertThat(session.isIdle()).isTrue();
  }

  // Passivation and hand-over

  @Test
  void stopFinishesTheOutstandingAndTheQueuedCommandsFirst() {
    // Given
    var first = command("one");
    var second = command("two");
    load(first);
    session.onCommand(second);
    // When
    assertThat(session.onStop()).isEmpty();
    // Then
    assertThat(session.onMessage(out(reply(1, "x"))))
        .containsExactly(respond(first, replied("x")), send(command("two"), 2));
    session.onMessage(out(reply(2, "y").setStateAction(update("a"))));
    assertThat(session.onWritten())
        .containsExactly(respond(second, replied("y")), new Step.HalfClose());
    assertThat(session.state()).isEqualTo(State.CLOSING);
    assertThat(ended()).containsExactly(new Step.Stop());
  }

  @Test
  void crashAnswersEverybody() {
    // Given
    var first = command("one");
    var second = command("two");
    load(first);
    session.onCommand(second);
    // When
    var steps = session.onCrash();
    // Then
    assertThat(steps).containsExactly(respond(first, terminated()), respond(second, terminated()));
  }

  private void assertViolation(ValueEntityStreamOut message, String forCaller, String details) {
    // Given
    var first = command("one");
    var second = command("two");
    load(first);
    session.onCommand(second);
    // When
    var steps = session.onMessage(message);
    // Then
    assertThat(steps)
        .containsExactly(
            new Step.Report(details),
            respond(first, new Failure.UserFunctionFailed(forCaller)),
            respond(second, terminated()),
            new Step.HalfClose());
    assertThat(ended()).containsExactly(new Step.Passivate());
  }

  private void load(Pending first) {
    load(first, StoredValue.NONE);
  }

  private void load(Pending first, StoredValue stored) {
    session.onCommand(first);
    session.onRead(stored);
  }

  private List<Step> ended() {
    return new ArrayList<>(session.onStreamEnded(false, true, "OK"));
  }

  private static Failure terminated() {
    return new Failure.UserFunctionFailed("Value entity terminated");
  }

  private static Pending command(String name) {
    return command(name, FAR);
  }

  private static Pending command(String name, long deadline) {
    return new Pending(
        new Call("shop.Cart", name, payload(name), Metadata.EMPTY, deadline), answer -> {});
  }

  private static Step respond(Pending pending, Failure failure) {
    return new Step.Respond(pending, Answer.failed(failure));
  }

  private static Step respond(Pending pending, Answer answer) {
    return new Step.Respond(pending, answer);
  }

  private static Answer replied(String text) {
    var payload = out(reply(1, text)).getReply().getClientAction().getReply().getPayload();
    return new Answer(
        new Answer.ClientAction.Reply(EntityMessages.payload(payload), Metadata.EMPTY), List.of());
  }

  private static Step send(ValueEntityStreamIn message) {
    return new ValueStep.Send(message);
  }

  private static Step send(Pending pending, long id) {
    return new ValueStep.Send(ProtocolMessages.command("alice", id, pending.call()));
  }

  private static Step write(long expectedRevision, String value) {
    return new ValueStep.Write(expectedRevision, payload(value), null);
  }

  private static StoredValue stored(long revision, String value) {
    return new StoredValue(revision, payload(value));
  }

  private static Payload payload(String text) {
    return EntityMessages.payload(persisted(text));
  }
}
