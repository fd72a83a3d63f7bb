package io.cloudstate.proxy.entity.eventsourced;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import io.cloudstate.protocol.EntityOuterClass;
import io.cloudstate.protocol.EntityOuterClass.ClientAction;
import io.cloudstate.protocol.EntityOuterClass.SideEffect;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedReply;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamIn;
import io.cloudstate.protocol.EventSourcedOuterClass.EventSourcedStreamOut;
import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.entity.EntitySession.State;
import io.cloudstate.proxy.entity.Pending;
import io.cloudstate.proxy.entity.Step;
import io.cloudstate.proxy.storage.journal.StoredEvent;
import io.cloudstate.proxy.storage.journal.StoredSnapshot;
import io.cloudstate.proxy.storage.outbox.OutgoingReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EventSourcedSessionTest {

  private static final int MAX_QUEUED = 3;
  private static final long FAR = 1_000_000;

  private long now;
  private final EventSourcedSession session =
      new EventSourcedSession("shop.Cart", "alice", MAX_QUEUED, () -> now);

  // Loading

  @Test
  void firstCommandOpensTheStreamAndWaitsUntilTheEntityIsLoaded() {
    // When
    var steps = session.onCommand(command("one"));
    // Then
    assertThat(steps).containsExactly(new Step.Open());
    assertThat(session.onSnapshot(Optional.empty())).containsExactly(send(init()));
    assertThat(session.onLastSequence(0)).containsExactly(send(command("one"), 1));
  }

  @Test
  void loadingWaitsForTheSnapshotToo() {
    // Given
    session.onCommand(command("one"));
    // When
    var steps = session.onLastSequence(0);
    // Then
    assertThat(steps).isEmpty();
    assertThat(session.onSnapshot(Optional.empty()))
        .containsExactly(send(init()), send(command("one"), 1));
  }

  @Test
  void eventsAfterTheSnapshotAreReplayedPageByPageBeforeTheCommand() {
    // Given
    session.onCommand(command("one"));
    session.onLastSequence(7);
    // When
    var loaded = session.onSnapshot(Optional.of(new StoredSnapshot(4, payload("s"))));
    // Then
    assertThat(loaded.get(0)).isInstanceOf(EventSourcedStep.Send.class);
    assertThat(
            ((EventSourcedStep.Send) loaded.get(0))
                .message()
                .getInit()
                .getSnapshot()
                .getSnapshotSequence())
        .isEqualTo(4);
    assertThat(loaded.get(1)).isEqualTo(new EventSourcedStep.ReadPage(5));
    assertThat(session.onPage(events(5, 6))).containsExactly(new EventSourcedStep.Replay());
    assertThat(session.replayNext()).containsExactly(send(event(5)));
    assertThat(session.replayNext())
        .containsExactly(send(event(6)), new EventSourcedStep.ReadPage(7));
    session.onPage(events(7));
    assertThat(session.replayNext()).containsExactly(send(event(7)), send(command("one"), 1));
  }

  @Test
  void eventsThatTheJournalHasButCannotBeReadFailTheLoading() {
    // Given
    var first = command("one");
    session.onCommand(first);
    session.onLastSequence(2);
    session.onSnapshot(Optional.empty());
    // When
    var steps = session.onPage(List.of());
    // Then
    assertThat(steps)
        .containsExactly(
            respond(first, new Failure.StorageFailed("The store is unavailable")),
            new Step.Cancel("loading failed: no event 1 (expected: up to 2)"));
  }

  @Test
  void commandThatTheFunctionNeverSawIsAnsweredAsUnavailable() {
    // Given
    var first = command("one");
    load(first);
    // When
    var steps = session.onStreamEnded(true, false, "UNAVAILABLE: connection refused");
    // Then
    assertThat(steps)
        .containsExactly(
            respond(first, new Failure.UserFunctionUnavailable("User function unavailable")),
            new Step.Passivate());
  }

  @Test
  void eventsThatCannotBeLoadedFailTheCallersAtOnceAndTheNextCommandTriesAgain() {
    // Given
    var first = command("one");
    session.onCommand(first);
    // When
    var steps = session.onLoadFailed("disk on fire");
    // Then
    assertThat(steps)
        .containsExactly(
            respond(first, new Failure.StorageFailed("The store is unavailable")),
            new Step.Cancel("loading failed: disk on fire"));
    assertThat(ended()).containsExactly(new Step.Passivate());
    assertThat(session.onCommand(command("two"))).containsExactly(new Step.Open());
  }

  @Test
  void unreachableFunctionFailsTheWaitingCommandsAsUnavailable() {
    // Given
    var first = command("one");
    session.onCommand(first);
    // When
    var steps = session.onStreamEnded(true, true, "UNAVAILABLE: io exception");
    // Then
    assertThat(steps)
        .containsExactly(
            respond(first, new Failure.UserFunctionUnavailable("User function unavailable")),
            new Step.Passivate());
  }

  @Test
  void messageWhileLoadingEndsTheInstance() {
    // Given
    var first = command("one");
    session.onCommand(first);
    // When
    var steps = session.onMessage(reply(1));
    // Then
    assertThat(responses(steps)).containsExactly(respond(first, terminated()));
    assertThat(steps).contains(new Step.HalfClose());
  }

  @Test
  void loadingThatTakesTooLongEndsTheStream() {
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
  }

  // Commands and replies

  @Test
  void secondCommandWaitsUntilTheFirstIsAnswered() {
    // Given
    var first = command("one");
    load(first);
    assertThat(session.onCommand(command("two"))).isEmpty();
    // When
    var steps = session.onMessage(reply(1));
    // Then
    assertThat(steps).containsExactly(respond(first, replied()), send(command("two"), 2));
  }

  @Test
  void commandCarriesNoMetadataAndNoStreamedFlag() {
    // Given
    var call =
        new Call(
            "shop.Cart",
            "one",
            payload("one"),
            new Metadata(List.of(new Metadata.Entry.Text("user-agent", "x"))),
            FAR);
    // When
    var sent = load(new Pending(call, answer -> {}));
    // Then
    assertThat(sent)
        .isEqualTo(
            EntityOuterClass.Command.newBuilder()
                .setEntityId("alice")
                .setId(1)
                .setName("one")
                .setPayload(any("one"))
                .build());
  }

  @Test
  void replyWithEventsIsGivenOnlyAfterTheyAreStored() {
    // Given
    var first = command("one");
    load(first);
    // When
    var steps = session.onMessage(reply(1, "a", "b"));
    // Then
    assertThat(steps)
        .containsExactly(new EventSourcedStep.Write(0, List.of(payload("a"), payload("b")), null));
    assertThat(session.onCommand(command("two"))).isEmpty();
    assertThat(session.onStored(2))
        .containsExactly(respond(first, replied()), send(command("two"), 2));
  }

  @Test
  void snapshotIsStoredWithTheEventsItFollows() {
    // Given
    load(command("one"));
    var reply = reply(1, "a").toBuilder();
    reply.getReplyBuilder().setSnapshot(any("snap"));
    // When
    var steps = session.onMessage(reply.build());
    // Then
    assertThat(steps)
        .containsExactly(new EventSourcedStep.Write(0, List.of(payload("a")), payload("snap")));
  }

  @Test
  void nextWriteExpectsTheSequenceOfTheLastOne() {
    // Given
    load(command("one"));
    session.onMessage(reply(1, "a", "b"));
    session.onStored(2);
    session.onCommand(command("two"));
    // When
    var steps = session.onMessage(reply(2, "c"));
    // Then
    assertThat(steps).containsExactly(new EventSourcedStep.Write(2, List.of(payload("c")), null));
  }

  @Test
  void snapshotWithoutEventsIsReportedAndNotStored() {
    // Given
    var first = command("one");
    load(first);
    var reply = reply(1).toBuilder();
    reply.getReplyBuilder().setSnapshot(any("snap"));
    // When
    var steps = session.onMessage(reply.build());
    // Then
    assertThat(steps)
        .containsExactly(
            new Step.Report("snapshot without events in reply to command 1"),
            respond(first, replied()));
  }

  @Test
  void failureWithoutRestartKeepsTheInstance() {
    // Given
    var first = command("one");
    load(first);
    // When
    var steps = session.onMessage(failed(1, "no", false));
    // Then
    assertThat(steps).containsExactly(respond(first, new Failure.Refused("no")));
    assertThat(session.isIdle()).isTrue();
  }

  @Test
  void sideEffectsOfAFailureGoOutWithIt() {
    // Given
    load(command("one"));
    var effect = SideEffect.newBuilder().setServiceName("shop.Mail").setCommandName("Send");
    var reply = failed(1, "no", false).toBuilder();
    reply.getReplyBuilder().addSideEffects(effect.setPayload(any("x")).setSynchronous(true));
    // When
    var steps = session.onMessage(reply.build());
    // Then
    assertThat(((Step.Respond) steps.get(0)).answer().effects())
        .containsExactly(
            new Answer.SideEffect(
                new Answer.Target("shop.Mail", "Send", payload("x"), Metadata.EMPTY), true));
  }

  @Test
  void eventsOfAFailureAreDroppedAndTheFunctionStartsAfresh() {
    // Given
    var first = command("one");
    load(first);
    var reply = failed(1, "no", false).toBuilder();
    reply.getReplyBuilder().addEvents(any("a"));
    // When
    var steps = session.onMessage(reply.build());
    // Then
    assertThat(steps)
        .containsExactly(
            new Step.Report("events with a failure of command 1 were dropped"),
            respond(first, new Failure.Refused("no")),
            new Step.HalfClose());
    assertThat(ended()).containsExactly(new Step.Open());
  }

  @Test
  void replyWithoutClientActionCompletesTheCall() {
    // Given
    var first = command("one");
    load(first);
    var reply = EventSourcedReply.newBuilder().setCommandId(1);
    // When
    var steps = session.onMessage(EventSourcedStreamOut.newBuilder().setReply(reply).build());
    // Then
    assertThat(steps)
        .containsExactly(
            new Step.Respond(first, new Answer(new Answer.ClientAction.None(), List.of())));
  }

  /** Section 10. */
  @Test
  void metadataOfAReplyGoOutWithIt() {
    // Given
    load(command("one"));
    var reply = reply(1).toBuilder();
    reply
        .getReplyBuilder()
        .getClientActionBuilder()
        .getReplyBuilder()
        .getMetadataBuilder()
        .addEntriesBuilder()
        .setKey("etag")
        .setStringValue("7");
    // When
    var steps = session.onMessage(reply.build());
    // Then
    var metadata = new Metadata(List.of(new Metadata.Entry.Text("etag", "7")));
    assertThat(((Step.Respond) steps.get(0)).answer().action())
        .isEqualTo(new Answer.ClientAction.Reply(payload("reply"), metadata));
  }

  // What is published

  @Test
  void replyThatIsPublishedIsStoredWithItsEvents() {
    // Given
    var first = published(command("one"));
    load(first);
    // When
    var steps = session.onMessage(reply(1, "a"));
    // Then
    var outgoing =
        new OutgoingReply("topic", "shop.Cart", "alice", payload("reply"), Metadata.EMPTY);
    assertThat(steps)
        .containsExactly(new EventSourcedStep.Write(0, List.of(payload("a")), null, outgoing));
    var stored = new Answer.ClientAction.Reply(payload("reply"), Metadata.EMPTY, true);
    assertThat(session.onStored(1)).containsExactly(respond(first, new Answer(stored, List.of())));
  }

  @Test
  void replyThatIsPublishedIsLeftToTheCallerWhenThereAreNoEvents() {
    var first = published(command("one"));
    load(first);
    assertThat(session.onMessage(reply(1))).containsExactly(respond(first, replied()));
  }

  @Test
  void forwardIsNotStoredToBePublished() {
    // Given
    load(published(command("one")));
    var reply = EventSourcedReply.newBuilder().setCommandId(1).addEvents(any("a"));
    reply.getClientActionBuilder().getForwardBuilder().setServiceName("other");
    // When
    var steps = session.onMessage(EventSourcedStreamOut.newBuilder().setReply(reply).build());
    // Then
    assertThat(steps)
        .containsExactly(new EventSourcedStep.Write(0, List.of(payload("a")), null, null));
  }

  // Restart

  @Test
  void restartDropsEventsAndSnapshotAndTheSideEffectsGoOut() {
    // Given
    load(command("one"));
    var effect = SideEffect.newBuilder().setServiceName("shop.Mail").setCommandName("Send");
    var reply = failed(1, "start over", true).toBuilder();
    reply
        .getReplyBuilder()
        .addEvents(any("a"))
        .setSnapshot(any("s"))
        .addSideEffects(effect.setPayload(any("x")));
    // When
    var steps = session.onMessage(reply.build());
    // Then
    assertThat(steps).hasSize(2).last().isEqualTo(new Step.HalfClose());
    var answer = ((Step.Respond) steps.get(0)).answer();
    assertThat(answer.action())
        .isEqualTo(new Answer.ClientAction.Fail(new Failure.Refused("start over")));
    assertThat(answer.effects()).hasSize(1);
    ended();
    session.onSnapshot(Optional.empty());
    assertThat(session.onLastSequence(0)).isEmpty();
  }

  @Test
  void commandsFromBeforeARestartGoBeforeThoseThatComeMeanwhile() {
    // Given
    load(command("one"));
    session.onCommand(command("two"));
    session.onMessage(failed(1, "start over", true));
    session.onCommand(command("three"));
    // When
    ended();
    session.onSnapshot(Optional.empty());
    // Then
    assertThat(session.onLastSequence(0)).containsExactly(send(command("two"), 1));
    assertThat(session.onMessage(reply(1))).contains(send(command("three"), 2));
  }

  @Test
  void restartGoesOnHoweverTheFunctionEndsTheOldStream() {
    // Given
    load(command("one"));
    session.onMessage(failed(1, "start over", true));
    // When
    var steps = session.onStreamEnded(false, true, "INTERNAL: boom");
    // Then
    assertThat(steps).containsExactly(new Step.Open());
  }

  /** Section 6: the flag counts in replies only. */
  @Test
  void restartFlagOfAFailureOfTheStreamIsIgnored() {
    var failure = EntityOuterClass.Failure.newBuilder().setCommandId(1).setDescription("boom");
    assertViolation(
        EventSourcedStreamOut.newBuilder().setFailure(failure.setRestart(true)).build(),
        "Unexpected entity failure",
        "failure of command 1 - boom");
  }

  @Test
  void restartReopensAtOnceAndKeepsTheQueue() {
    // Given
    var first = command("one");
    load(first);
    session.onCommand(command("two"));
    session.onCommand(command("three"));
    // When
    var steps = session.onMessage(failed(1, "start over", true));
    // Then
    assertThat(steps)
        .containsExactly(respond(first, new Failure.Refused("start over")), new Step.HalfClose());
    assertThat(ended()).containsExactly(new Step.Open());
    session.onSnapshot(Optional.empty());
    assertThat(session.onLastSequence(0)).containsExactly(send(command("two"), 1));
    assertThat(session.onMessage(reply(1))).contains(send(command("three"), 2));
  }

  @Test
  void restartReopensWithoutAWaitingCommand() {
    // Given
    load(command("one"));
    // When
    session.onMessage(failed(1, "start over", true));
    // Then
    assertThat(ended()).containsExactly(new Step.Open());
    session.onSnapshot(Optional.empty());
    assertThat(session.onLastSequence(0)).isEmpty();
    assertThat(session.isIdle()).isTrue();
  }

  @Test
  void lateOutputOfAClosingStreamIsIgnored() {
    // Given
    load(command("one"));
    session.onMessage(failed(1, "start over", true));
    // When
    var steps = session.onMessage(reply(1));
    // Then
    assertThat(steps).isEmpty();
    assertThat(session.state()).isEqualTo(State.CLOSING);
  }

  // Violations: spec/event-sourced.md 5

  @Test
  void replyToOtherCommandEndsTheInstance() {
    assertViolation(reply(7), "Unexpected entity reply", "reply to command 7 (expected: 1)");
  }

  @Test
  void failureOfTheOutstandingCommandEndsTheInstance() {
    assertViolation(failure(1, "boom"), "Unexpected entity failure", "failure of command 1 - boom");
  }

  @Test
  void failureOfTheStreamEndsTheInstance() {
    assertViolation(
        failure(0, "boom"), "Unexpected entity failure", "failure, not command specific - boom");
  }

  @Test
  void failureOfOtherCommandEndsTheInstance() {
    assertViolation(
        failure(5, "boom"),
        "Unexpected entity failure",
        "failure of command 5 (expected: 1) - boom");
  }

  @Test
  void failureWithNothingOutstandingEndsTheInstance() {
    // Given
    load(command("one"));
    session.onMessage(reply(1));
    // When
    var steps = session.onMessage(failure(1, "boom"));
    // Then
    assertThat(steps)
        .containsExactly(
            new Step.Report("failure of command 1 (expected: none) - boom"), new Step.HalfClose());
    assertThat(ended()).containsExactly(new Step.Passivate());
  }

  @Test
  void emptyMessageEndsTheInstance() {
    assertViolation(
        EventSourcedStreamOut.getDefaultInstance(),
        "Unexpected entity message",
        "message without a variant set (expected: reply or failure)");
  }

  @Test
  void replyWithNothingOutstandingEndsTheInstance() {
    // Given
    load(command("one"));
    session.onMessage(reply(1));
    // When
    var steps = session.onMessage(reply(1));
    // Then
    assertThat(steps)
        .containsExactly(
            new Step.Report("reply to command 1 (expected: none, no command is outstanding)"),
            new Step.HalfClose());
    assertThat(ended()).containsExactly(new Step.Passivate());
  }

  @Test
  void streamThatEndsOutOfTheBlueFailsTheOutstandingCommandAndTheQueue() {
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
            respond(first, new Failure.UserFunctionFailed("Unexpected entity termination")),
            respond(second, terminated()),
            new Step.Passivate());
  }

  @Test
  void streamThatEndsWithNothingOutstandingHarmsNobody() {
    // Given
    load(command("one"));
    session.onMessage(reply(1));
    // When
    var steps = session.onStreamEnded(false, true, "OK");
    // Then
    assertThat(steps)
        .containsExactly(
            new Step.Report("the function ended the stream: OK"), new Step.Passivate());
    assertThat(session.onCommand(command("two"))).containsExactly(new Step.Open());
  }

  @Test
  void brokenConnectionIsNotReportedForEachEntity() {
    // Given
    var first = command("one");
    load(first);
    // When
    var steps = session.onStreamEnded(true, true, "UNAVAILABLE: io exception");
    // Then
    assertThat(steps)
        .containsExactly(
            respond(first, new Failure.UserFunctionFailed("Unexpected entity termination")),
            new Step.Passivate());
  }

  @Test
  void commandThatArrivesWhileTheStreamClosesWaitsAndReactivates() {
    // Given
    load(command("one"));
    session.onMessage(failure(0, "boom"));
    // When
    assertThat(session.onCommand(command("two"))).isEmpty();
    // Then
    assertThat(ended()).containsExactly(new Step.Open());
    session.onSnapshot(Optional.empty());
    assertThat(session.onLastSequence(0)).containsExactly(send(command("two"), 1));
  }

  @Test
  void messageWhileStoringEndsTheInstanceAfterTheReplyIsGiven() {
    // Given
    var first = command("one");
    load(first);
    session.onMessage(reply(1, "a"));
    // When
    assertThat(session.onMessage(reply(2))).isEmpty();
    // Then
    var steps = session.onStored(1);
    assertThat(steps.get(0)).isEqualTo(respond(first, replied()));
    assertThat(steps).contains(new Step.HalfClose());
  }

  @Test
  void streamThatEndsWhileStoringStillGivesTheReply() {
    // Given
    var first = command("one");
    var second = command("two");
    load(first);
    session.onCommand(second);
    session.onMessage(reply(1, "a"));
    // When
    assertThat(session.onStreamEnded(false, true, "OK")).isEmpty();
    // Then
    assertThat(session.onStored(1))
        .containsExactly(
            respond(first, replied()),
            new Step.Report("the function ended the stream: OK"),
            respond(second, terminated()),
            new Step.Passivate());
  }

  // Storage

  @Test
  void failedWriteFailsTheCallersAndDropsTheFunctionsState() {
    // Given
    var first = command("one");
    var second = command("two");
    load(first);
    session.onCommand(second);
    session.onMessage(reply(1, "a"));
    // When
    var steps = session.onWriteFailed("no connection");
    // Then
    var unavailable = new Failure.StorageFailed("The store is unavailable");
    assertThat(steps)
        .containsExactly(
            respond(first, unavailable),
            respond(second, unavailable),
            new Step.Cancel("storing failed: no connection"));
    assertThat(session.onCommand(command("three"))).isEmpty();
    assertThat(ended()).containsExactly(new Step.Open());
  }

  @Test
  void writeThatIsNotAnsweredInTimeFailsTheCallers() {
    // Given
    var first = command("one");
    load(first);
    session.onMessage(reply(1, "a"));
    // When
    var steps = session.onWriteTimeout();
    // Then
    assertThat(steps)
        .containsExactly(
            respond(first, new Failure.StorageFailed("The store is unavailable")),
            new Step.Cancel("storing failed: no answer in time"));
  }

  @Test
  void writerThatBreaksWhileNothingIsStoredHarmsNobody() {
    // Given
    load(command("one"));
    // When
    var steps = session.onWriteFailed("connection lost");
    // Then
    assertThat(steps).isEmpty();
    assertThat(session.isBusy()).isTrue();
  }

  // Bounds and time

  @Test
  void commandBeyondTheQueueIsRefusedAndTheOthersStay() {
    // Given
    load(command("one"));
    for (var i = 0; i < MAX_QUEUED; i++) {
      assertThat(session.onCommand(command("queued"))).isEmpty();
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
    assertThat(session.onMessage(reply(1))).contains(send(command("queued"), 2));
  }

  @Test
  void commandWhoseCallerHasGivenUpIsNotExecuted() {
    // Given
    load(command("one"));
    var late = command("late", 10);
    session.onCommand(late);
    session.onCommand(command("two"));
    now = 10;
    // When
    var steps = session.onMessage(reply(1));
    // Then
    assertThat(steps)
        .contains(
            respond(late, new Failure.TimedOut("The command waited too long")),
            send(command("two"), 2));
  }

  @Test
  void commandWhoseCallIsAbandonedIsNotExecuted() {
    // Given
    load(command("one"));
    var call = new Call("shop.Cart", "gone", payload("gone"), Metadata.EMPTY, FAR, () -> true);
    var gone = new Pending(call, answer -> {});
    session.onCommand(gone);
    session.onCommand(command("two"));
    // When
    var steps = session.onMessage(reply(1));
    // Then
    assertThat(steps)
        .contains(
            respond(gone, new Failure.TimedOut("The command waited too long")),
            send(command("two"), 2));
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
    assertThat(responses(steps))
        .containsExactly(
            respond(first, new Failure.TimedOut("The user function did not answer in time")),
            respond(second, terminated()));
    assertThat(steps).contains(new Step.Cancel("command 1 was not answered in time"));
    session.onCommand(command("three"));
    assertThat(ended()).containsExactly(new Step.Open());
  }

  // Passivation and hand-over

  @Test
  void stopOfAnIdleInstanceHalfClosesAndWaitsForTheFunction() {
    // Given
    load(command("one"));
    session.onMessage(reply(1));
    // When
    var steps = session.onStop();
    // Then
    assertThat(steps).containsExactly(new Step.HalfClose());
    assertThat(ended()).containsExactly(new Step.Stop());
  }

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
    assertThat(session.onMessage(reply(1)))
        .containsExactly(respond(first, replied()), send(command("two"), 2));
    session.onMessage(reply(2, "a"));
    assertThat(session.onStored(1))
        .containsExactly(respond(second, replied()), new Step.HalfClose());
    assertThat(ended()).containsExactly(new Step.Stop());
  }

  @Test
  void stopWithoutAStreamIsImmediate() {
    assertThat(session.onStop()).containsExactly(new Step.Stop());
  }

  @Test
  void restartIsNotReopenedWhenTheInstanceIsToStop() {
    // Given
    load(command("one"));
    session.onStop();
    // When
    session.onMessage(failed(1, "start over", true));
    // Then
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

  private void assertViolation(EventSourcedStreamOut message, String forCaller, String details) {
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

  private EntityOuterClass.Command load(Pending first) {
    session.onCommand(first);
    session.onSnapshot(Optional.empty());
    var steps = session.onLastSequence(0);
    return ((EventSourcedStep.Send) steps.get(0)).message().getCommand();
  }

  private List<Step> ended() {
    return session.onStreamEnded(false, true, "OK");
  }

  private static List<Step> responses(List<Step> steps) {
    var responses = new ArrayList<>(steps);
    responses.removeIf(step -> !(step instanceof Step.Respond));
    return responses;
  }

  private static Failure terminated() {
    return new Failure.UserFunctionFailed("Entity terminated");
  }

  private static Pending published(Pending pending) {
    return new Pending(pending.call().publishedTo("topic"), pending.answer());
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

  private static Answer replied() {
    return new Answer(new Answer.ClientAction.Reply(payload("reply"), Metadata.EMPTY), List.of());
  }

  private static Step send(EventSourcedStreamIn message) {
    return new EventSourcedStep.Send(message);
  }

  private static Step send(Pending pending, long id) {
    return new EventSourcedStep.Send(ProtocolMessages.command("alice", id, pending.call()));
  }

  private static EventSourcedStreamIn init() {
    return ProtocolMessages.init("shop.Cart", "alice", Optional.empty());
  }

  private static EventSourcedStreamIn event(long sequence) {
    return ProtocolMessages.event(new StoredEvent(sequence, payload("e" + sequence)));
  }

  private static List<StoredEvent> events(long... sequences) {
    var events = new ArrayList<StoredEvent>();
    for (var sequence : sequences) {
      events.add(new StoredEvent(sequence, payload("e" + sequence)));
    }
    return events;
  }

  private static EventSourcedStreamOut reply(long id, String... events) {
    var reply =
        EventSourcedReply.newBuilder()
            .setCommandId(id)
            .setClientAction(
                ClientAction.newBuilder()
                    .setReply(EntityOuterClass.Reply.newBuilder().setPayload(any("reply"))));
    for (var event : events) {
      reply.addEvents(any(event));
    }
    return EventSourcedStreamOut.newBuilder().setReply(reply).build();
  }

  private static EventSourcedStreamOut failed(long id, String description, boolean restart) {
    var failure =
        EntityOuterClass.Failure.newBuilder()
            .setCommandId(id)
            .setDescription(description)
            .setRestart(restart);
    return EventSourcedStreamOut.newBuilder()
        .setReply(
            EventSourcedReply.newBuilder()
                .setCommandId(id)
                .setClientAction(ClientAction.newBuilder().setFailure(failure)))
        .build();
  }

  private static EventSourcedStreamOut failure(long id, String description) {
    var failure =
        EntityOuterClass.Failure.newBuilder().setCommandId(id).setDescription(description);
    return EventSourcedStreamOut.newBuilder().setFailure(failure).build();
  }

  private static Payload payload(String text) {
    return new Payload("type.googleapis.com/shop.Text", ByteString.copyFromUtf8(text));
  }

  private static Any any(String text) {
    return Any.newBuilder()
        .setTypeUrl("type.googleapis.com/shop.Text")
        .setValue(ByteString.copyFromUtf8(text))
        .build();
  }
}
