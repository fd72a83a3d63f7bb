package io.cloudstate.proxy.entity.crdt;

import static io.cloudstate.proxy.entity.crdt.CrdtMessages.answer;
import static io.cloudstate.proxy.entity.crdt.CrdtMessages.cancelled;
import static io.cloudstate.proxy.entity.crdt.CrdtMessages.change;
import static io.cloudstate.proxy.entity.crdt.CrdtMessages.delete;
import static io.cloudstate.proxy.entity.crdt.CrdtMessages.effect;
import static io.cloudstate.proxy.entity.crdt.CrdtMessages.emptyReply;
import static io.cloudstate.proxy.entity.crdt.CrdtMessages.failedReply;
import static io.cloudstate.proxy.entity.crdt.CrdtMessages.failure;
import static io.cloudstate.proxy.entity.crdt.CrdtMessages.nothing;
import static io.cloudstate.proxy.entity.crdt.CrdtMessages.out;
import static io.cloudstate.proxy.entity.crdt.CrdtMessages.payload;
import static io.cloudstate.proxy.entity.crdt.CrdtMessages.plus;
import static io.cloudstate.proxy.entity.crdt.CrdtMessages.reply;
import static io.cloudstate.proxy.entity.crdt.CrdtMessages.restart;
import static io.cloudstate.proxy.entity.crdt.CrdtMessages.streamed;
import static io.cloudstate.proxy.entity.crdt.CrdtMessages.streamedFailure;
import static io.cloudstate.proxy.entity.crdt.CrdtMessages.streamedNothing;
import static io.cloudstate.proxy.entity.crdt.CrdtMessages.update;
import static io.cloudstate.proxy.entity.crdt.CrdtMessages.vote;
import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.CrdtReply;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStateAction;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamIn;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamOut;
import io.cloudstate.protocol.CrdtOuterClass.CrdtWriteConsistency;
import io.cloudstate.protocol.EntityOuterClass.Command;
import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Call;
import io.cloudstate.proxy.call.Failure;
import io.cloudstate.proxy.call.Metadata;
import io.cloudstate.proxy.call.StreamedCall;
import io.cloudstate.proxy.entity.crdt.CrdtSession.State;
import io.cloudstate.proxy.entity.crdt.Step.Cancel;
import io.cloudstate.proxy.entity.crdt.Step.Delete;
import io.cloudstate.proxy.entity.crdt.Step.Element;
import io.cloudstate.proxy.entity.crdt.Step.End;
import io.cloudstate.proxy.entity.crdt.Step.Fail;
import io.cloudstate.proxy.entity.crdt.Step.HalfClose;
import io.cloudstate.proxy.entity.crdt.Step.Load;
import io.cloudstate.proxy.entity.crdt.Step.Open;
import io.cloudstate.proxy.entity.crdt.Step.Passivate;
import io.cloudstate.proxy.entity.crdt.Step.ReadLocal;
import io.cloudstate.proxy.entity.crdt.Step.Report;
import io.cloudstate.proxy.entity.crdt.Step.Respond;
import io.cloudstate.proxy.entity.crdt.Step.Send;
import io.cloudstate.proxy.entity.crdt.Step.Stop;
import io.cloudstate.proxy.entity.crdt.Step.Write;
import io.cloudstate.proxy.entity.crdt.data.Applied;
import io.cloudstate.proxy.entity.crdt.data.Crdt;
import io.cloudstate.proxy.entity.crdt.data.View;
import io.cloudstate.proxy.storage.replicator.Node;
import io.cloudstate.proxy.storage.replicator.Read;
import io.cloudstate.proxy.storage.replicator.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class CrdtSessionTest {

  private static final int MAX_QUEUED = 3;
  private static final int MAX_IN_FLIGHT = 5;
  private static final long REPLY_NANOS = 1000;
  private static final long STREAM_START_NANOS = 2000;
  private static final long CANCEL_NANOS = 100;
  private static final long FAR = 1_000_000;

  private static final Node OWN = new Node("akka://here", 1);
  private static final Node OTHER = new Node("akka://there", 2);
  private static final View ALONE = new View(OWN, Set.of(OWN));

  private static final Failure TERMINATING = new Failure.UserFunctionFailed("Entity terminating");
  private static final Failure DELETED = new Failure.Refused("Entity deleted");
  private static final Failure NOT_AT_LEVEL =
      new Failure.NotReplicated("Failed to update CRDT at requested write consistency");
  private static final Failure IN_TIME =
      new Failure.TimedOut("The user function did not answer in time");

  private final Crdt elsewhere = counter(99);
  private long now;
  private boolean isReady = true;
  private boolean storeKeepsUp;
  private final CrdtSession session =
      new CrdtSession(
          "Counters",
          "one",
          new CrdtSession.Limits(
              MAX_QUEUED, MAX_IN_FLIGHT, REPLY_NANOS, STREAM_START_NANOS, CANCEL_NANOS),
          new FunctionsCopy(ALONE, () -> 0),
          () -> isReady,
          () -> storeKeepsUp,
          () -> now);

  // Section 4: loading

  @Test
  void firstCommandLoadsAndWaits() {
    // When
    var command = unary();
    var steps = session.onCommand(command);
    // Then
    assertThat(steps).containsExactly(new Load());
    assertThat(session.onLoaded(absent()))
        .containsExactly(new Open(), init(null), command(1, command));
  }

  @Test
  void valueThatExistsComesWithInit() {
    // Given
    session.onCommand(unary());
    // When
    var steps = session.onLoaded(stored(plus(42)));
    // Then
    assertThat(steps).startsWith(new Open(), init(plus(42)));
  }

  @Test
  void emptyValueThatExistsIsAnEmptyDeltaOfItsType() {
    // Given
    session.onCommand(unary());
    // When
    var steps = session.onLoaded(stored(plus(0)));
    // Then
    assertThat(steps).startsWith(new Open(), init(plus(0)));
  }

  @Test
  void commandsThatComeWhileLoadingFollowInOrder() {
    // Given
    var first = unary();
    var second = unary();
    session.onCommand(first);
    assertThat(session.onCommand(second)).isEmpty();
    // When
    var steps = session.onLoaded(absent());
    // Then
    assertThat(steps).endsWith(command(1, first), command(2, second));
  }

  @Test
  void nothingIsOpenedForCommandsThatNobodyWaitsForAnyMore() {
    // Given
    var late = unary(10);
    session.onCommand(late);
    now = 10;
    // When
    var steps = session.onLoaded(absent());
    // Then
    assertThat(steps)
        .containsExactly(
            new Fail(late, new Failure.TimedOut("The command waited too long")), new Passivate());
    assertThat(session.state()).isEqualTo(State.ABSENT);
  }

  // Section 4: whose turn it is

  @Test
  void severalCommandsAreOutAtATimeAndAnsweredInAnyOrder() {
    // Given
    var first = running(absent());
    var second = unary();
    // When
    var steps = session.onCommand(second);
    // Then
    assertThat(steps).containsExactly(command(2, second));
    assertThat(say(reply(2, "two"))).containsExactly(new Respond(second, answer("two")));
    assertThat(say(reply(1, "one"))).containsExactly(new Respond(first, answer("one")));
  }

  @Test
  void changeFromElsewhereIsSentAsOneDelta() {
    // Given
    idle(stored(plus(2)));
    // When
    var steps = session.onChanged(elsewhere);
    // Then
    var read = only(steps, ReadLocal.class);
    assertThat(session.onRead(read.generation(), stored(plus(5)))).containsExactly(delta(plus(3)));
  }

  @Test
  void changeThatIsNoneSendsNothing() {
    // Given
    idle(stored(plus(2)));
    // When
    var read = only(session.onChanged(elsewhere), ReadLocal.class);
    // Then
    assertThat(session.onRead(read.generation(), stored(plus(2)))).isEmpty();
  }

  @Test
  void firstValueFromElsewhereIsSentWhole() {
    // Given
    idle(absent());
    // When
    var read = only(session.onChanged(elsewhere), ReadLocal.class);
    // Then
    assertThat(session.onRead(read.generation(), stored(plus(7)))).containsExactly(delta(plus(7)));
  }

  @Test
  void noDeltaBetweenACommandAndItsReply() {
    // Given
    running(stored(plus(1)));
    assertThat(session.onChanged(elsewhere)).isEmpty();
    assertThat(session.onChanged(elsewhere)).isEmpty();
    // When
    var steps = say(reply(1, ""));
    // Then
    var read = only(steps, ReadLocal.class);
    assertThat(session.onRead(read.generation(), stored(plus(10)))).containsExactly(delta(plus(9)));
  }

  @Test
  void changesThatCancelOutDuringACommandAreNotSent() {
    // Given
    running(stored(change(5)));
    session.onChanged(elsewhere);
    session.onChanged(elsewhere);
    // When
    var read = only(say(reply(1, "")), ReadLocal.class);
    // Then
    assertThat(session.onRead(read.generation(), stored(change(5)))).isEmpty();
  }

  @Test
  void deltaWaitsForTheLastOfTwoCommands() {
    // Given
    var first = running(stored(plus(1)));
    var second = unary();
    session.onCommand(second);
    session.onChanged(elsewhere);
    // When
    var steps = say(reply(1, ""));
    // Then
    assertThat(steps).containsExactly(new Respond(first, answer("")));
    var read = only(say(reply(2, "")), ReadLocal.class);
    assertThat(session.onRead(read.generation(), stored(plus(3)))).containsExactly(delta(plus(2)));
  }

  @Test
  void commandThatSlipsInDuringTheReadPutsTheDeltaOff() {
    // Given
    idle(stored(plus(1)));
    var read = only(session.onChanged(elsewhere), ReadLocal.class);
    session.onCommand(unary());
    // When
    var steps = session.onRead(read.generation(), stored(plus(3)));
    // Then
    assertThat(steps).isEmpty();
    var again = only(say(reply(2, "")), ReadLocal.class);
    assertThat(session.onRead(again.generation(), stored(plus(3)))).containsExactly(delta(plus(2)));
  }

  @Test
  void readThatAnUpdateHasOvertakenIsMadeAgain() {
    // Given
    idle(stored(plus(1)));
    var read = only(session.onChanged(elsewhere), ReadLocal.class);
    session.onCommand(unary());
    var write = only(say(reply(2, "").setStateAction(update(plus(1)))), Write.class);
    session.onWritten(write.change(), new Written.Done(), counter(2));
    // When
    var again = only(session.onRead(read.generation(), stored(plus(1))), ReadLocal.class);
    // Then
    assertThat(session.onRead(again.generation(), stored(plus(2)))).isEmpty();
  }

  @Test
  void functionDoesNotGetItsOwnChangeBack() {
    // Given
    var command = running(absent());
    var write = only(say(reply(1, "").setStateAction(update(plus(3)))), Write.class);
    // When
    var steps = session.onWritten(write.change(), new Written.Done(), counter(3));
    // Then
    assertThat(steps).containsExactly(new Respond(command, answer("")));
    var read = only(session.onChanged(elsewhere), ReadLocal.class);
    assertThat(session.onRead(read.generation(), stored(plus(3)))).isEmpty();
  }

  @Test
  void ownChangeThatComesBackIsNotEvenRead() {
    // Given
    running(absent());
    var write = only(say(reply(1, "").setStateAction(update(plus(3)))), Write.class);
    var stored = counter(3);
    session.onWritten(write.change(), new Written.Done(), stored);
    // When
    var steps = session.onChanged(stored);
    // Then
    assertThat(steps).isEmpty();
  }

  @Test
  void whatTheStoreHoldsBesidesFollowsTheReply() {
    // Given
    var command = running(stored(plus(1)));
    var write = only(say(reply(1, "").setStateAction(update(plus(3)))), Write.class);
    // When
    var steps = session.onWritten(write.change(), new Written.Done(), counter(9));
    // Then
    assertThat(steps).containsExactly(new Respond(command, answer("")), delta(plus(5)));
  }

  @Test
  void changeAnnouncedDuringAWriteIsReadAfterIt() {
    // Given
    var command = running(stored(plus(1)));
    var write =
        only(
            say(reply(1, "").setStateAction(update(plus(3)).setWriteConsistency(all()))),
            Write.class);
    session.onChanged(elsewhere);
    // When
    var steps = session.onWritten(write.change(), new Written.Done(), counter(4));
    // Then
    assertThat(steps)
        .containsExactly(new Respond(command, answer("")), new ReadLocal(generation(steps)));
    assertThat(session.onRead(generation(steps), stored(plus(13)))).containsExactly(delta(plus(9)));
  }

  @Test
  void valueOfAnEarlierWriteIsNotComparedWithALaterCopy() {
    // Given
    running(absent());
    session.onCommand(unary());
    var first = only(say(reply(1, "").setStateAction(update(plus(1)))), Write.class);
    var second = only(say(reply(2, "").setStateAction(update(plus(1)))), Write.class);
    session.onWritten(second.change(), new Written.Done(), counter(2));
    // When
    var steps = session.onWritten(first.change(), new Written.Done(), counter(1));
    // Then
    assertThat(session.onRead(generation(steps), stored(plus(2)))).isEmpty();
  }

  @Test
  void deltaWaitsUntilTheFunctionTakesMessages() {
    // Given
    idle(stored(plus(1)));
    isReady = false;
    assertThat(session.onChanged(elsewhere)).isEmpty();
    // When
    isReady = true;
    var steps = session.onReady();
    // Then
    assertThat(session.onRead(generation(steps), stored(plus(2)))).containsExactly(delta(plus(1)));
  }

  @Test
  void entityThatStopsSendsNoMoreDeltas() {
    // Given
    running(stored(plus(1)));
    session.onStop();
    session.onChanged(elsewhere);
    // When
    var steps = say(reply(1, ""));
    // Then
    assertThat(steps).hasOnlyElementsOfTypes(Respond.class, HalfClose.class);
  }

  // Section 7: changes for this node alone that the store is known to take

  @Test
  void localChangeOfAKnownValueIsAnsweredAsSoonAsTheStoreWillDoIt() {
    // Given
    storeKeepsUp = true;
    var first = running(stored(plus(1)));
    // When
    var steps = say(reply(1, "a").setStateAction(update(plus(3))));
    // Then
    var write = only(steps.subList(0, 1), Write.class);
    assertThat(write.isAwaited()).isFalse();
    assertThat(write.delta()).isEqualTo(plus(3));
    assertThat(steps).containsExactly(write, new Respond(first, answer("a")));
    assertThat(session.isIdle()).isTrue();
  }

  @Test
  void soIsTheNextOne() {
    // Given
    storeKeepsUp = true;
    running(stored(plus(1)));
    say(reply(1, "a").setStateAction(update(plus(3))));
    var second = unary();
    session.onCommand(second);
    // When
    var steps = say(reply(2, "b").setStateAction(update(plus(1))));
    // Then
    var write = only(steps, Write.class);
    assertThat(write.isAwaited()).isFalse();
    assertThat(steps).endsWith(new Respond(second, answer("b")));
    assertThat(session.onChanged(write.held().value())).isEmpty(); // known, when it comes back
  }

  @Test
  void severalAtATimeNeedNoLookAtTheStore() {
    // Given
    storeKeepsUp = true;
    var first = running(stored(plus(1)));
    var second = unary();
    session.onCommand(second);
    // When
    var steps = say(reply(2, "b").setStateAction(update(plus(1))));
    var next = say(reply(1, "a").setStateAction(update(plus(1))));
    // Then
    assertThat(steps).containsExactly(only(steps, Write.class), new Respond(second, answer("b")));
    assertThat(next).containsExactly(only(next, Write.class), new Respond(first, answer("a")));
  }

  @Test
  void localChangeThatComesWithTheResponseToACancellationIsNotAwaitedEither() {
    // Given
    storeKeepsUp = true;
    var stream = openStream(stored(plus(1)));
    session.onClientGone(stream);
    // When
    var steps = say(cancelled(1).setStateAction(update(plus(1))));
    // Then
    assertThat(only(steps, Write.class).isAwaited()).isFalse();
    assertThat(steps).endsWith(new End(stream));
  }

  @ParameterizedTest
  @EnumSource(
      value = CrdtWriteConsistency.class,
      names = {"MAJORITY", "ALL"})
  void changeForOtherNodesIsAwaited(CrdtWriteConsistency consistency) {
    storeKeepsUp = true;
    running(stored(plus(1)));
    var action = update(plus(1)).setWriteConsistency(consistency);
    assertThatIsAwaited(say(reply(1, "").setStateAction(action)));
  }

  @Test
  void firstChangeOfAllIsAwaited() {
    storeKeepsUp = true;
    running(absent());
    assertThatIsAwaited(say(reply(1, "").setStateAction(update(plus(1)))));
  }

  @Test
  void changeBehindOneThatIsAwaitedIsToo() {
    storeKeepsUp = true;
    running(stored(plus(1)));
    session.onCommand(unary());
    var forAll = update(plus(1)).setWriteConsistency(all());
    say(reply(1, "").setStateAction(forAll));
    assertThatIsAwaited(say(reply(2, "").setStateAction(update(plus(1)))));
  }

  @Test
  void changeOfAValueThatWasChangedElsewhereIsAwaited() {
    storeKeepsUp = true;
    running(stored(plus(1)));
    session.onChanged(elsewhere);
    assertThatIsAwaited(say(reply(1, "").setStateAction(update(plus(1)))));
  }

  @Test
  void changeThatTheStoreMayTakeInAnotherWayThanTheFunctionIsAwaited() {
    storeKeepsUp = true;
    running(stored(vote(false)));
    assertThatIsAwaited(say(reply(1, "").setStateAction(update(vote(true)))));
  }

  @Test
  void changeIsAwaitedWhenTooManyAreOnTheirWay() {
    running(stored(plus(1)));
    assertThatIsAwaited(say(reply(1, "").setStateAction(update(plus(1)))));
  }

  @Test
  void whatTheStoreHoldsBesidesIsSentAfterAChangeThatWasNotAwaited() {
    // Given
    storeKeepsUp = true;
    running(stored(plus(1)));
    var write = only(say(reply(1, "").setStateAction(update(plus(3)))), Write.class);
    // When
    var steps = session.onOvertaken(write.change(), new Written.Done());
    // Then
    assertThat(session.onRead(generation(steps), stored(plus(9)))).containsExactly(delta(plus(5)));
  }

  @Test
  void deletionThatWasFasterThanAChangeThatWasNotAwaitedEndsTheEntity() {
    // Given
    storeKeepsUp = true;
    running(stored(plus(1)));
    var write = only(say(reply(1, "").setStateAction(update(plus(3)))), Write.class);
    // When
    var steps = session.onOvertaken(write.change(), new Written.Deleted());
    // Then
    assertThat(steps).containsExactly(new Send(ProtocolMessages.delete()), new HalfClose());
    assertThat(session.isDeleted()).isTrue();
  }

  @Test
  void refusalOfAChangeThatWasNotAwaitedEndsTheStreamAndIsReported() {
    // Given
    storeKeepsUp = true;
    running(stored(plus(1)));
    var write = only(say(reply(1, "").setStateAction(update(plus(3)))), Write.class);
    // When
    var steps = session.onOvertaken(write.change(), new Written.Refused("of another type"));
    // Then
    assertThat(steps).hasExactlyElementsOfTypes(Report.class, Cancel.class);
    assertThat(only(steps, Report.class).details()).contains("of another type");
  }

  @ParameterizedTest
  @MethodSource("overtaken")
  void whatBecameOfAChangeThatWasNotAwaitedIsOfNoInterestToTheNextConversation(Written result) {
    // Given
    storeKeepsUp = true;
    running(stored(plus(1)));
    var write = only(say(reply(1, "").setStateAction(update(plus(3)))), Write.class);
    session.onStreamEnded(true, true, false, "gone");
    running(stored(plus(1)));
    // When
    var steps = session.onOvertaken(write.change(), result);
    // Then
    assertThat(steps).isEmpty();
    assertThat(session.state()).isEqualTo(State.RUNNING);
  }

  static List<Written> overtaken() {
    return List.of(new Written.Done(), new Written.Deleted(), new Written.Refused("no"));
  }

  private static void assertThatIsAwaited(List<Step> steps) {
    assertThat(only(steps, Write.class).isAwaited()).isTrue();
    assertThat(steps).hasSize(1);
  }

  // Section 5

  @Test
  void commandCarriesNoMetadata() {
    // Given
    var metadata = new Metadata(List.of(new Metadata.Entry.Text("key", "value")));
    var call = new Call("Counters", "Process", payload("p"), metadata, FAR);
    session.onCommand(Exchange.unary(call, answer -> {}));
    // When
    var sent = only(session.onLoaded(absent()).subList(2, 3), Send.class).message();
    // Then
    assertThat(sent.getCommand())
        .isEqualTo(
            Command.newBuilder()
                .setEntityId("one")
                .setId(1)
                .setName("Process")
                .setPayload(io.cloudstate.proxy.entity.EntityMessages.any(payload("p")))
                .build());
  }

  @Test
  void unaryReplyWithoutChangeIsAnsweredAtOnce() {
    // Given
    var command = running(absent());
    // When
    var steps = say(reply(1, "hello").setStateAction(CrdtStateAction.getDefaultInstance()));
    // Then
    assertThat(steps).containsExactly(new Respond(command, answer("hello")));
  }

  @Test
  void unaryReplyWithAChangeIsAnsweredWhenItIsWritten() {
    // Given
    var command = running(absent());
    // When
    var steps = say(reply(1, "hello").setStateAction(update(plus(3))));
    // Then
    var write = only(steps, Write.class);
    assertThat(write.delta()).isEqualTo(plus(3));
    assertThat(session.onWritten(write.change(), new Written.Done(), counter(3)))
        .containsExactly(new Respond(command, answer("hello")));
  }

  @Test
  void failingReplyIsANormalReplyWhoseChangeIsMade() {
    // Given
    var command = running(absent());
    // When
    var steps = say(failedReply(1, "no").setStateAction(update(plus(3))));
    // Then
    var write = only(steps, Write.class);
    assertThat(session.onWritten(write.change(), new Written.Done(), counter(3)))
        .containsExactly(new Respond(command, Answer.failed(new Failure.Refused("no"))));
    assertThat(session.state()).isEqualTo(State.RUNNING);
  }

  @Test
  void streamedReplyToUnaryCommandIsACrash() {
    // Given
    var command = running(absent());
    // When
    var steps = say(reply(1, "").setStreamed(true));
    // Then
    assertThat(steps)
        .containsExactly(
            new Report("Streamed reply to non streamed command 1"),
            new Fail(command, TERMINATING),
            new Cancel("Streamed reply to non streamed command 1"));
  }

  @Test
  void firstElementGoesOutEvenIfEmpty() {
    // Given
    var stream = runningStream();
    // When
    var steps = say(emptyReply(1).setStreamed(true));
    // Then
    assertThat(steps).containsExactly(new Element(stream, nothing()));
  }

  @Test
  void firstElementWaitsForItsChange() {
    // Given
    var stream = runningStream();
    // When
    var steps = say(emptyReply(1).setStreamed(true).setStateAction(update(vote(true))));
    // Then
    var write = only(steps, Write.class);
    assertThat(say(streamed(1, "later"))).isEmpty();
    assertThat(session.onWritten(write.change(), new Written.Done(), value(vote(true))))
        .containsExactly(new Element(stream, nothing()), new Element(stream, answer("later")));
  }

  @Test
  void streamedCommandThatIsNotStreamedByItsReplyEnds() {
    // Given
    var stream = runningStream();
    // When
    var steps = say(reply(1, "all"));
    // Then
    assertThat(steps).containsExactly(new Element(stream, answer("all")), new End(stream));
    assertThat(session.isIdle()).isTrue();
  }

  @Test
  void streamedCommandWithAChangeThatIsNotStreamedByItsReplyEndsToo() {
    // Given
    var stream = runningStream();
    var write = only(say(reply(1, "all").setStateAction(update(plus(1)))), Write.class);
    // When
    var steps = session.onWritten(write.change(), new Written.Done(), counter(1));
    // Then
    assertThat(steps).containsExactly(new Element(stream, answer("all")), new End(stream));
  }

  @Test
  void replyToUnknownCommandIsACrash() {
    // Given
    var command = running(absent());
    // When
    var steps = say(reply(7, ""));
    // Then
    var text = "Received reply for entity id one for unknown command 7";
    assertThat(steps)
        .containsExactly(new Report(text), new Fail(command, TERMINATING), new Cancel(text));
  }

  @Test
  void secondReplyToOneCommandIsACrash() {
    // Given
    running(absent());
    say(reply(1, ""));
    // When
    var steps = say(reply(1, ""));
    // Then
    var text = "Received reply for entity id one for unknown command 1";
    assertThat(steps).containsExactly(new Report(text), new Cancel(text));
  }

  @Test
  void secondReplyWhileTheFirstIsWrittenIsACrashAndTheFirstIsAnswered() {
    // Given
    var command = running(absent());
    var write = only(say(reply(1, "one").setStateAction(update(plus(1)))), Write.class);
    // When
    var steps = say(reply(1, "two"));
    // Then
    assertThat(steps).hasOnlyElementsOfTypes(Report.class, Cancel.class);
    assertThat(session.onWritten(write.change(), new Written.Done(), counter(1)))
        .containsExactly(new Respond(command, answer("one")));
  }

  // Section 6

  @Test
  void streamedCommandSaysThatItIs() {
    // Given
    var stream = streaming();
    session.onCommand(stream);
    // When
    var steps = session.onLoaded(absent());
    // Then
    assertThat(((Send) steps.get(2)).message().getCommand().getStreamed()).isTrue();
  }

  @Test
  void streamedMessagesBecomeElements() {
    // Given
    var stream = openStream();
    // When
    var steps = new ArrayList<Step>();
    steps.addAll(say(streamed(1, "a")));
    steps.addAll(say(streamedNothing(1)));
    steps.addAll(say(streamedNothing(1).addSideEffects(effect("Other"))));
    // Then
    assertThat(steps).hasSize(2);
    assertThat(steps.get(0)).isEqualTo(new Element(stream, answer("a")));
    assertThat(((Element) steps.get(1)).answer().effects()).hasSize(1);
  }

  @Test
  void lastStreamedMessageEndsTheStream() {
    // Given
    var stream = openStream();
    // When
    var steps = say(streamed(1, "last").setEndStream(true));
    // Then
    assertThat(steps).containsExactly(new Element(stream, answer("last")), new End(stream));
    assertThat(session.onClientGone(stream)).isEmpty();
    assertThat(session.isIdle()).isTrue();
  }

  @Test
  void endWithoutAnElementEndsTheStream() {
    // Given
    var stream = openStream();
    // When
    var steps = say(streamedNothing(1).setEndStream(true));
    // Then
    assertThat(steps).containsExactly(new End(stream));
  }

  @Test
  void failingElementFailsTheStreamAndIsCancelled() {
    // Given
    var stream = openStream();
    // When
    var steps = say(streamedFailure(1, "broken"));
    // Then
    assertThat(steps)
        .containsExactly(
            new Element(stream, Answer.failed(new Failure.Refused("broken"))), streamCancelled(1));
    assertThat(session.onClientGone(stream)).isEmpty();
  }

  @Test
  void streamedMessageForUnknownCommandIsReportedOnly() {
    // Given
    running(absent());
    // When
    var steps = say(streamed(7, ""));
    // Then
    assertThat(steps)
        .containsExactly(new Report("Received streamed message for unknown command id: 7"));
    assertThat(say(streamed(1, ""))).hasSize(1);
    assertThat(session.state()).isEqualTo(State.RUNNING);
  }

  @Test
  void clientThatGoesIsToldToTheFunction() {
    // Given
    var stream = openStream();
    // When
    var steps = session.onClientGone(stream);
    // Then
    assertThat(steps).containsExactly(streamCancelled(1));
    assertThat(session.isIdle()).isFalse();
    assertThat(session.onClientGone(stream)).isEmpty();
  }

  @Test
  void responseToACancellationIsWrittenAndItsEffectsRun() {
    // Given
    var stream = openStream();
    session.onClientGone(stream);
    // When
    var steps =
        say(cancelled(1).setStateAction(update(change(-42))).addSideEffects(effect("Other")));
    // Then
    var write = only(steps, Write.class);
    assertThat(write.delta()).isEqualTo(change(-42));
    var written = session.onWritten(write.change(), new Written.Done(), value(change(-42)));
    assertThat(written).hasSize(2);
    assertThat(((Element) written.get(0)).answer().effects()).hasSize(1);
    assertThat(written.get(1)).isEqualTo(new End(stream));
    assertThat(session.isIdle()).isTrue();
  }

  @Test
  void changesDuringACancellationFollowItsResponse() {
    // Given
    var stream = openStream(stored(plus(5)));
    session.onClientGone(stream);
    assertThat(session.onChanged(elsewhere)).isEmpty();
    // When
    var write = only(say(cancelled(1).setStateAction(update(plus(3)))), Write.class);
    var steps = session.onWritten(write.change(), new Written.Done(), counter(16));
    // Then
    assertThat(session.onRead(generation(steps), stored(plus(16)))).containsExactly(delta(plus(8)));
  }

  @Test
  void changesDuringACancellationFollowAnEmptyResponseToo() {
    // Given
    var stream = openStream(stored(plus(5)));
    session.onClientGone(stream);
    session.onChanged(elsewhere);
    // When
    var steps = say(cancelled(1));
    // Then
    assertThat(session.onRead(generation(steps), stored(plus(7)))).containsExactly(delta(plus(2)));
  }

  @Test
  void responseToNoCancellationIsACrash() {
    // Given
    openStream();
    // When
    var steps = say(cancelled(1));
    // Then
    assertThat(steps)
        .contains(new Report("Received stream cancelled response for unknown command id: 1"));
    assertThat(session.state()).isEqualTo(State.CLOSING);
  }

  @Test
  void clientThatGoesBeforeTheFirstReplyIsCancelledByIt() {
    // Given
    var stream = runningStream();
    assertThat(session.onClientGone(stream)).isEmpty();
    // When
    var steps = say(emptyReply(1).setStreamed(true).addSideEffects(effect("Other")));
    // Then
    assertThat(((Element) steps.get(0)).answer().effects()).hasSize(1);
    assertThat(steps.subList(1, 2)).containsExactly(streamCancelled(1));
    say(cancelled(1));
    assertThat(session.isIdle()).isTrue();
  }

  @Test
  void clientThatGoesBeforeALastReplyIsNotCancelled() {
    // Given
    var stream = runningStream();
    session.onClientGone(stream);
    // When
    var steps = say(reply(1, ""));
    // Then
    assertThat(steps).containsExactly(new Element(stream, answer("")), new End(stream));
    assertThat(session.isIdle()).isTrue();
  }

  @Test
  void clientThatGoesWhileTheFirstReplyIsWrittenIsCancelledAfterIt() {
    // Given
    var stream = runningStream();
    var write =
        only(say(emptyReply(1).setStreamed(true).setStateAction(update(plus(1)))), Write.class);
    session.onClientGone(stream);
    // When
    var steps = session.onWritten(write.change(), new Written.Done(), counter(1));
    // Then
    assertThat(steps).contains(streamCancelled(1));
  }

  @Test
  void clientThatGoesBeforeItsCommandIsSentIsForgotten() {
    // Given
    var first = unary();
    var stream = streaming();
    session.onCommand(first);
    session.onCommand(stream);
    session.onClientGone(stream);
    // When
    var steps = session.onLoaded(absent());
    // Then
    assertThat(steps).endsWith(command(1, first));
  }

  @Test
  void messageThatCrossesACancellationIsIgnored() {
    // Given
    var stream = openStream();
    session.onClientGone(stream);
    // When
    var during = say(streamed(1, "late"));
    say(cancelled(1));
    var after = say(streamed(1, "very late"));
    // Then
    assertThat(during).isEmpty();
    assertThat(after).isEmpty();
  }

  @Test
  void onlySoManyCancelledIdsAreRemembered() {
    // Given
    cancel(openStream(), 1);
    for (var id = 2; id <= 1001; id++) {
      var stream = streaming();
      session.onCommand(stream);
      say(emptyReply(id).setStreamed(true));
      cancel(stream, id);
    }
    // When
    var steps = say(streamed(1, "ancient"));
    // Then
    assertThat(steps).hasOnlyElementsOfType(Report.class).hasSize(1);
    assertThat(say(streamed(2, "old"))).isEmpty();
  }

  @Test
  void openStreamKeepsTheEntityLoaded() {
    // When
    openStream();
    // Then
    assertThat(session.isIdle()).isFalse();
  }

  @Test
  void tooManyElementsBeforeTheFirstOneFailTheStreamAndAreCancelled() {
    // Given
    var stream = runningStream();
    var write =
        only(say(emptyReply(1).setStreamed(true).setStateAction(update(plus(1)))), Write.class);
    for (var i = 0; i < MAX_QUEUED; i++) {
      assertThat(say(streamed(1, "held"))).isEmpty();
    }
    // When
    var steps = say(streamed(1, "too much"));
    // Then
    var failed = (Answer.ClientAction.Fail) only(steps, Element.class).answer().action();
    assertThat(failed.failure()).isInstanceOf(Failure.Overloaded.class);
    assertThat(session.onWritten(write.change(), new Written.Done(), counter(1)))
        .contains(streamCancelled(1))
        .doesNotContain(new Element(stream, answer("held")));
  }

  // Known gap 7

  @Test
  void silenceAfterACancellationCountsAsNoChange() {
    // Given
    var stream = openStream(stored(plus(1)));
    session.onClientGone(stream);
    session.onChanged(elsewhere);
    now = CANCEL_NANOS - 1;
    assertThat(session.onTick()).isEmpty();
    // When
    now = CANCEL_NANOS;
    var steps = session.onTick();
    // Then
    assertThat(steps).contains(new End(stream));
    assertThat(session.onRead(generation(steps), stored(plus(2)))).containsExactly(delta(plus(1)));
  }

  @Test
  void responseAfterTheSilenceIsStillWritten() {
    // Given
    var stream = openStream(stored(plus(1)));
    session.onClientGone(stream);
    now = CANCEL_NANOS;
    session.onTick();
    // When
    var write = only(say(cancelled(1).setStateAction(update(plus(1)))), Write.class);
    // Then
    assertThat(session.isIdle()).isFalse();
    assertThat(session.onWritten(write.change(), new Written.Done(), counter(2))).isEmpty();
    assertThat(session.isIdle()).isTrue();
  }

  // Section 7

  @ParameterizedTest
  @EnumSource(names = {"LOCAL", "MAJORITY", "ALL"})
  void changeIsWrittenAtTheLevelAskedFor(CrdtWriteConsistency level) {
    // Given
    running(absent());
    // When
    var steps = say(reply(1, "").setStateAction(update(plus(1)).setWriteConsistency(level)));
    // Then
    assertThat(only(steps, Write.class).change().consistency()).isEqualTo(level);
  }

  @Test
  void levelThatIsNotReachedFailsItsOwnCommandOnly() {
    // Given
    var first = running(absent());
    var second = unary();
    session.onCommand(second);
    var write =
        only(
            say(
                reply(1, "")
                    .addSideEffects(effect("Other"))
                    .setStateAction(update(plus(1)).setWriteConsistency(all()))),
            Write.class);
    // When
    var steps = session.onWritten(write.change(), new Written.NotReplicated(), counter(1));
    // Then
    assertThat(steps)
        .containsExactly(
            new Report("Failed to update CRDT at requested write consistency"),
            new Fail(first, NOT_AT_LEVEL));
    var last = say(reply(2, "two"));
    assertThat(last).startsWith(new Respond(second, answer("two")));
    assertThat(session.onRead(generation(last), stored(plus(1)))).isEmpty();
  }

  @Test
  void levelThatIsNotReachedFailsAStreamAndIsCancelled() {
    // Given
    var stream = runningStream();
    var write =
        only(say(emptyReply(1).setStreamed(true).setStateAction(update(plus(1)))), Write.class);
    // When
    var steps = session.onWritten(write.change(), new Written.NotReplicated(), counter(1));
    // Then
    assertThat(steps)
        .contains(new Element(stream, Answer.failed(NOT_AT_LEVEL)), streamCancelled(1));
  }

  @Test
  void levelThatIsNotReachedByACancellationIsReported() {
    // Given
    var stream = openStream();
    session.onClientGone(stream);
    var write = only(say(cancelled(1).setStateAction(update(plus(1)))), Write.class);
    // When
    var steps = session.onWritten(write.change(), new Written.NotReplicated(), counter(1));
    // Then
    assertThat(steps)
        .startsWith(
            new Report("Failed to update CRDT at requested write consistency"), new End(stream));
    assertThat(session.isIdle()).isTrue();
  }

  // Section 8

  @Test
  void deletionHalfClosesAtOnceAndAnswersWhenItIsWritten() {
    // Given
    var command = running(stored(plus(7)));
    // When
    var steps = say(reply(1, "7").setStateAction(delete().setWriteConsistency(all())));
    // Then
    assertThat(steps).hasSize(2);
    assertThat(steps.get(0)).isEqualTo(new HalfClose());
    var change = ((Delete) steps.get(1)).change();
    assertThat(change.consistency()).isEqualTo(all());
    assertThat(session.onWritten(change, new Written.Done(), null))
        .containsExactly(new Respond(command, answer("7")));
  }

  @Test
  void deletionWithACancellation() {
    // Given
    var stream = openStream();
    session.onClientGone(stream);
    // When
    var steps = say(cancelled(1).setStateAction(delete()));
    // Then
    assertThat(steps.get(0)).isEqualTo(new HalfClose());
    var change = ((Delete) steps.get(1)).change();
    assertThat(session.onWritten(change, new Written.Done(), null))
        .containsExactly(new End(stream));
  }

  @Test
  void deletionWhoseLevelIsNotReachedFailsItsCommandAndStands() {
    // Given
    var command = running(absent());
    var steps = say(reply(1, "").setStateAction(delete()));
    // When
    var written =
        session.onWritten(((Delete) steps.get(1)).change(), new Written.NotReplicated(), null);
    // Then
    assertThat(written).contains(new Fail(command, NOT_AT_LEVEL));
    assertThat(session.isDeleted()).isTrue();
  }

  @Test
  void keyDeletedElsewhereIsToldToTheFunction() {
    // Given
    idle(stored(plus(1)));
    // When
    var steps = session.onKeyDeleted();
    // Then
    assertThat(steps).containsExactly(new Send(ProtocolMessages.delete()), new HalfClose());
    assertThat(session.onChanged(elsewhere)).isEmpty();
    assertThat(session.onKeyDeleted()).isEmpty();
  }

  @Test
  void keyFoundDeletedByAReadIsToldToTheFunction() {
    // Given
    idle(stored(plus(1)));
    var read = only(session.onChanged(elsewhere), ReadLocal.class);
    // When
    var steps = session.onRead(read.generation(), new Read.Deleted<>());
    // Then
    assertThat(steps).containsExactly(new Send(ProtocolMessages.delete()), new HalfClose());
  }

  @Test
  void deletedKeyNeverOpensAStream() {
    // Given
    var command = unary();
    var stream = streaming();
    session.onCommand(command);
    session.onCommand(stream);
    // When
    var steps = session.onLoaded(new Read.Deleted<>());
    // Then
    assertThat(steps).containsExactly(new Fail(command, DELETED), new Fail(stream, DELETED));
    assertThat(session.isIdle()).isTrue();
  }

  @Test
  void commandsAreRefusedWhileTheEntityRemembersItsDeletion() {
    // Given
    deleted();
    // When
    var command = unary();
    var stream = streaming();
    // Then
    assertThat(session.onCommand(command)).containsExactly(new Fail(command, DELETED));
    assertThat(session.onCommand(stream)).containsExactly(new Fail(stream, DELETED));
    assertThat(session.isIdle()).isTrue();
  }

  @Test
  void updateOfAKeyDeletedMeanwhileSucceedsAndTheFunctionIsTold() {
    // Given
    var command = running(stored(plus(1)));
    var write = only(say(reply(1, "2").setStateAction(update(plus(1)))), Write.class);
    // When
    var steps = session.onWritten(write.change(), new Written.Deleted(), null);
    // Then
    assertThat(steps)
        .containsExactly(
            new Respond(command, answer("2")),
            new Send(ProtocolMessages.delete()),
            new HalfClose());
  }

  @Test
  void repliesAfterADeletionArePassedOnWithoutTheirChanges() {
    // Given
    running(absent());
    var other = unary();
    session.onCommand(other);
    say(reply(1, "").setStateAction(delete()));
    // When
    var steps = say(reply(2, "two").setStateAction(update(plus(1))));
    // Then
    assertThat(steps).containsExactly(new Respond(other, answer("two")));
  }

  @Test
  void streamedMessageAfterADeletionIsPassedOnAndEndsItsStream() {
    // Given
    var stream = openStream();
    session.onKeyDeleted();
    // When
    var steps = say(streamed(1, "gone"));
    // Then
    assertThat(steps).containsExactly(new Element(stream, answer("gone")), new End(stream));
  }

  @Test
  void whatIsLeftWhenTheFunctionOfADeletedEntityEndsIsAnsweredAtOnce() {
    // Given
    var stream = openStream();
    var command = unary();
    session.onCommand(command);
    session.onKeyDeleted();
    // When
    var steps = session.onStreamEnded(false, true, true, "OK");
    // Then
    assertThat(steps).containsExactly(new Fail(stream, DELETED), new Fail(command, DELETED));
  }

  @Test
  void clientThatGoesAfterADeletionIsNotToldToTheFunction() {
    // Given
    var stream = openStream();
    session.onKeyDeleted();
    // When
    var steps = session.onClientGone(stream);
    // Then
    assertThat(steps).containsExactly(new End(stream));
  }

  @Test
  void deletedEntityIsUnloadedWhenItIsAskedTo() {
    // Given
    deleted();
    // When
    var steps = session.onStop();
    // Then
    assertThat(steps).containsExactly(new Stop());
  }

  // Section 9

  @Test
  void failureOfACommandPassesItsDescription() {
    // Given
    var command = running(absent());
    // When
    var steps = session.onMessage(failure(1, "no such thing"));
    // Then
    assertThat(steps).containsExactly(new Fail(command, new Failure.Refused("no such thing")));
    assertThat(session.isIdle()).isTrue();
  }

  @Test
  void failureOfAStreamedCommandEndsItsStream() {
    // Given
    var stream = openStream();
    // When
    var steps = session.onMessage(failure(1, "broken"));
    // Then
    assertThat(steps).containsExactly(new Fail(stream, new Failure.Refused("broken")));
    assertThat(session.isIdle()).isTrue();
  }

  @Test
  void failureOfACancelledStreamEndsTheWait() {
    // Given
    var stream = openStream();
    session.onClientGone(stream);
    // When
    var steps = session.onMessage(failure(1, "broken"));
    // Then
    assertThat(steps).containsExactly(new End(stream));
    assertThat(session.isIdle()).isTrue();
  }

  @Test
  void failureThatFollowsAFirstReplyWaitsForItsChange() {
    // Given
    var stream = runningStream();
    var write =
        only(say(emptyReply(1).setStreamed(true).setStateAction(update(plus(1)))), Write.class);
    assertThat(session.onMessage(failure(1, "broken"))).isEmpty();
    // When
    var steps = session.onWritten(write.change(), new Written.Done(), counter(1));
    // Then
    assertThat(steps)
        .containsExactly(
            new Element(stream, nothing()),
            new Element(stream, Answer.failed(new Failure.Refused("broken"))),
            new End(stream));
  }

  @Test
  void failureOfAnUnknownCommandIsACrash() {
    // Given
    var command = running(absent());
    // When
    var steps = session.onMessage(failure(7, "what"));
    // Then
    assertThat(steps)
        .startsWith(
            new Report("Received failure for unknown command id: 7 - what"),
            new Fail(command, TERMINATING));
  }

  @Test
  void failureWithoutACommandIsACrash() {
    // Given
    var command = running(absent());
    // When
    var steps = session.onMessage(failure(0, "all broken"));
    // Then
    var text = "Unexpected entity failure, not command specific - all broken";
    assertThat(steps)
        .containsExactly(new Report(text), new Fail(command, TERMINATING), new Cancel(text));
  }

  @Test
  void failureWithRestartAnswersItsCommandAndStartsAfresh() {
    // Given
    var first = running(absent());
    var second = unary();
    session.onCommand(second);
    // When
    var steps = session.onMessage(restart(1, "confused"));
    // Then
    assertThat(steps)
        .containsExactly(
            new Fail(first, new Failure.Refused("confused")),
            new Fail(second, TERMINATING),
            new HalfClose());
    var third = unary();
    session.onCommand(third);
    assertThat(session.onStreamEnded(false, true, true, "OK")).containsExactly(new Load());
    assertThat(session.onLoaded(absent()))
        .containsExactly(new Open(), init(null), command(1, third));
  }

  @Test
  void replyThatFailsWithRestartIsWrittenAndAnsweredBefore() {
    // Given
    var command = running(absent());
    var failed = failedReply(1, "confused");
    failed.getClientActionBuilder().getFailureBuilder().setRestart(true);
    var write = only(say(failed.setStateAction(update(plus(1)))), Write.class);
    // When
    var steps = session.onWritten(write.change(), new Written.Done(), counter(1));
    // Then
    assertThat(steps)
        .containsExactly(
            new Respond(command, Answer.failed(new Failure.Refused("confused"))), new HalfClose());
  }

  @Test
  void streamThatTheFunctionEndsUnaskedIsACrash() {
    // Given
    var stream = openStream();
    var command = unary();
    session.onCommand(command);
    // When
    var steps = session.onStreamEnded(false, true, true, "OK");
    // Then
    assertThat(steps)
        .containsExactly(
            new Report("Unexpected entity termination due to stream closure"),
            new Fail(stream, TERMINATING),
            new Fail(command, TERMINATING),
            new Passivate());
  }

  @Test
  void streamThatTheFunctionBreaksIsACrash() {
    // Given
    var command = running(absent());
    // When
    var steps = session.onStreamEnded(false, true, false, "INTERNAL: bug");
    // Then
    assertThat(steps)
        .containsExactly(
            new Report("Entity crashed: INTERNAL: bug"),
            new Fail(command, TERMINATING),
            new Passivate());
  }

  @Test
  void connectionThatBreaksIsNobodysMistake() {
    // Given
    var command = running(absent());
    // When
    var steps = session.onStreamEnded(true, true, false, "UNAVAILABLE: reset");
    // Then
    assertThat(steps).containsExactly(new Fail(command, TERMINATING), new Passivate());
  }

  @Test
  void commandThatTheFunctionNeverSawMayBeRepeated() {
    // Given
    isReady = false;
    var first = unary();
    session.onCommand(first);
    session.onLoaded(absent());
    // When
    var steps = session.onStreamEnded(true, false, false, "UNAVAILABLE: refused");
    // Then
    assertThat(steps)
        .containsExactly(
            new Fail(first, new Failure.UserFunctionUnavailable("User function unavailable")),
            new Passivate());
  }

  @Test
  void illegalDeltaIsACrashThatWritesNothing() {
    // Given
    var command = running(stored(plus(1)));
    // When
    var steps = say(reply(1, "").setStateAction(update(plus(-5))));
    // Then
    assertThat(steps)
        .containsExactly(
            new Report("Cannot decrement a GCounter, requested amount was -5"),
            new Fail(command, TERMINATING),
            new Cancel("Cannot decrement a GCounter, requested amount was -5"));
  }

  @Test
  void emptyDeltaIsACrash() {
    // Given
    var command = running(absent());
    // When
    var steps = say(reply(1, "").setStateAction(update(CrdtDelta.getDefaultInstance())));
    // Then
    assertThat(steps).startsWith(new Report("Empty delta"), new Fail(command, TERMINATING));
  }

  @Test
  void changeThatTheStoreRefusesFailsItsCommandAndStartsAfresh() {
    // Given
    var first = running(absent());
    var second = unary();
    session.onCommand(second);
    var write = only(say(reply(1, "").setStateAction(update(plus(1)))), Write.class);
    // When
    var steps = session.onWritten(write.change(), new Written.Refused("another type"), null);
    // Then
    assertThat(steps)
        .startsWith(
            new Fail(first, NOT_AT_LEVEL),
            new Report("Failed to update CRDT at requested write consistency: another type"),
            new Fail(second, TERMINATING));
  }

  @Test
  void incompatibleValueFromElsewhereEndsTheConversation() {
    // Given
    var stream = openStream(stored(plus(5)));
    var read = only(session.onChanged(elsewhere), ReadLocal.class);
    // When
    var steps = session.onRead(read.generation(), stored(change(5)));
    // Then
    assertThat(steps)
        .contains(
            new Fail(stream, new Failure.UserFunctionFailed("Entity terminated unexpectedly")));
    assertThat(session.state()).isEqualTo(State.CLOSING);
  }

  @Test
  void messageWithNothingInItIsACrash() {
    // Given
    var command = running(absent());
    // When
    var steps = session.onMessage(CrdtStreamOut.getDefaultInstance());
    // Then
    assertThat(steps).contains(new Fail(command, TERMINATING));
    assertThat(((Report) steps.get(0)).details()).startsWith("Unexpected entity message");
  }

  @Test
  void nothingIsTakenFromAStreamThatWasGivenUp() {
    // Given
    running(absent());
    session.onMessage(failure(0, "broken"));
    // When
    var steps = say(reply(1, ""));
    // Then
    assertThat(steps).isEmpty();
  }

  @Test
  void afterACrashTheNextCommandStartsAfresh() {
    // Given
    running(stored(plus(1)));
    session.onMessage(failure(0, "broken"));
    var next = unary();
    assertThat(session.onCommand(next)).isEmpty();
    // When
    var steps = session.onStreamEnded(false, true, false, "CANCELLED");
    // Then
    assertThat(steps).containsExactly(new Load());
    assertThat(session.onLoaded(stored(plus(1))))
        .containsExactly(new Open(), init(plus(1)), command(1, next));
  }

  @Test
  void callerWhoseChangeIsBeingWrittenDuringACrashLearnsHowItWent() {
    // Given
    var first = running(absent());
    session.onCommand(unary());
    var write = only(say(reply(1, "one").setStateAction(update(plus(1)))), Write.class);
    session.onMessage(failure(0, "broken"));
    assertThat(session.onStreamEnded(false, true, false, "CANCELLED")).isEmpty();
    // When
    var steps = session.onWritten(write.change(), new Written.Done(), counter(1));
    // Then
    assertThat(steps).containsExactly(new Respond(first, answer("one")), new Passivate());
  }

  @Test
  void changeOfAnEarlierConversationDoesNotDisturbTheNext() {
    // Given
    var first = running(absent());
    var write = only(say(reply(1, "one").setStateAction(update(plus(1)))), Write.class);
    session.onMessage(failure(0, "broken"));
    var second = unary();
    session.onCommand(second);
    session.onStreamEnded(false, true, false, "CANCELLED");
    session.onLoaded(absent());
    // When
    var steps = session.onWritten(write.change(), new Written.NotReplicated(), counter(1));
    // Then
    assertThat(steps)
        .containsExactly(
            new Report("Failed to update CRDT at requested write consistency"),
            new Fail(first, NOT_AT_LEVEL));
    assertThat(say(reply(1, "two"))).startsWith(new Respond(second, answer("two")));
  }

  // Time

  @Test
  void commandThatIsNotRepliedToEndsTheConversationWithoutHarmToOthers() {
    // Given
    var silent = running(absent());
    now = REPLY_NANOS - 1;
    var other = unary();
    session.onCommand(other);
    assertThat(session.onTick()).isEmpty();
    // When
    now = REPLY_NANOS;
    var steps = session.onTick();
    // Then
    assertThat(steps)
        .containsExactly(
            new Report("command 1 was not answered in time"), new Fail(silent, IN_TIME));
    var next = unary();
    assertThat(session.onCommand(next)).isEmpty();
    assertThat(say(reply(2, "two")))
        .containsExactly(new Respond(other, answer("two")), new HalfClose());
    assertThat(session.onStreamEnded(false, true, true, "OK")).containsExactly(new Load());
  }

  @Test
  void lateReplyIsWrittenAndSwallowed() {
    // Given
    var silent = running(absent());
    now = 1;
    session.onCommand(unary());
    now = REPLY_NANOS;
    session.onTick();
    // When
    var steps = say(reply(1, "late").setStateAction(update(plus(1))));
    // Then
    var write = only(steps, Write.class);
    assertThat(session.onWritten(write.change(), new Written.Done(), counter(1)))
        .doesNotContain(new Respond(silent, answer("late")));
  }

  @Test
  void streamedCommandMayTakeLongerForItsFirstReply() {
    // Given
    var stream = runningStream();
    now = STREAM_START_NANOS - 1;
    assertThat(session.onTick()).isEmpty();
    // When
    now = STREAM_START_NANOS;
    var steps = session.onTick();
    // Then
    assertThat(steps).contains(new Element(stream, Answer.failed(IN_TIME)), new HalfClose());
  }

  @Test
  void functionThatTakesNoCommandsIsGivenUp() {
    // Given
    idle(absent());
    isReady = false;
    var waiting = unary();
    session.onCommand(waiting);
    // When
    now = REPLY_NANOS;
    var steps = session.onTick();
    // Then
    assertThat(steps).startsWith(new Fail(waiting, IN_TIME));
    assertThat(session.state()).isEqualTo(State.CLOSING);
  }

  // Known gap 10

  @Test
  void slowFunctionRefusesSingleCommandsOnly() {
    // Given
    var first = running(absent());
    isReady = false;
    for (var i = 0; i < MAX_QUEUED; i++) {
      assertThat(session.onCommand(unary())).isEmpty();
    }
    // When
    var refused = unary();
    var steps = session.onCommand(refused);
    // Then
    assertThat(only(steps, Fail.class).failure())
        .isEqualTo(
            new Failure.Overloaded("3 commands wait for entity one already (expected: at most 3)"));
    assertThat(say(reply(1, "one"))).containsExactly(new Respond(first, answer("one")));
    isReady = true;
    assertThat(session.onReady()).hasOnlyElementsOfType(Send.class).hasSize(MAX_QUEUED);
  }

  @Test
  void onlySoManyCommandsAreWithTheFunction() {
    // Given
    running(absent());
    for (var i = 1; i < MAX_IN_FLIGHT; i++) {
      assertThat(session.onCommand(unary())).hasSize(1);
    }
    var waiting = unary();
    assertThat(session.onCommand(waiting)).isEmpty();
    // When
    var steps = say(reply(3, ""));
    // Then
    assertThat(steps).endsWith(command(MAX_IN_FLIGHT + 1, waiting));
  }

  // Section 12

  @Test
  void idleEntityClosesInOrder() {
    // Given
    idle(absent());
    assertThat(session.isIdle()).isTrue();
    // When
    var steps = session.onStop();
    // Then
    assertThat(steps).containsExactly(new HalfClose());
    assertThat(session.onStreamEnded(false, true, true, "OK")).containsExactly(new Stop());
  }

  @Test
  void openStreamsEndNormallyWhenTheEntityStops() {
    // Given
    var stream = openStream();
    // When
    var steps = session.onStop();
    // Then
    assertThat(steps).containsExactly(new End(stream), new HalfClose());
  }

  @Test
  void outstandingCommandsAreAnsweredBeforeTheEntityStops() {
    // Given
    var stream = openStream();
    var command = unary();
    session.onCommand(command);
    assertThat(session.onStop()).isEmpty();
    // When
    var steps = say(reply(2, "two"));
    // Then
    assertThat(steps)
        .containsExactly(new Respond(command, answer("two")), new End(stream), new HalfClose());
  }

  @Test
  void responseToACancellationIsAwaitedBeforeTheEntityStops() {
    // Given
    var stream = openStream();
    session.onClientGone(stream);
    assertThat(session.onStop()).isEmpty();
    // When
    var write = only(say(cancelled(1).setStateAction(update(plus(1)))), Write.class);
    var steps = session.onWritten(write.change(), new Written.Done(), counter(1));
    // Then
    assertThat(steps).containsExactly(new End(stream), new HalfClose());
  }

  @Test
  void commandsThatCameBeforeTheStopAreRunBeforeIt() {
    // Given
    var command = unary();
    session.onCommand(command);
    assertThat(session.onStop()).isEmpty();
    // When
    var steps = session.onLoaded(absent());
    // Then
    assertThat(steps).endsWith(command(1, command));
    assertThat(say(reply(1, "one")))
        .containsExactly(new Respond(command, answer("one")), new HalfClose());
  }

  @Test
  void absentEntityStopsAtOnce() {
    assertThat(session.onStop()).containsExactly(new Stop());
  }

  @Test
  void actorThatGoesDownAnswersEverybody() {
    // Given
    var stream = openStream();
    var writing = unary();
    session.onCommand(writing);
    say(reply(2, "").setStateAction(update(plus(1))));
    var sent = unary();
    session.onCommand(sent);
    isReady = false;
    var queued = unary();
    session.onCommand(queued);
    // When
    var steps = session.onCrash();
    // Then
    assertThat(steps)
        .containsExactlyInAnyOrder(
            new Fail(stream, TERMINATING),
            new Fail(writing, TERMINATING),
            new Fail(sent, TERMINATING),
            new Fail(queued, TERMINATING));
  }

  // Known gap 16

  @Test
  void voteIsToldWhenMembersComeAndGo() {
    // Given
    idle(stored(vote(true)));
    // When
    var read = only(session.onMembers(new View(OWN, Set.of(OWN, OTHER))), ReadLocal.class);
    // Then
    assertThat(session.onRead(read.generation(), stored(vote(true))))
        .containsExactly(delta(vote(true, 1, 2)));
  }

  @Test
  void voteThatTheFunctionCreatedInAClusterIsCountedAfterwards() {
    // Given
    session.onMembers(new View(OWN, Set.of(OWN, OTHER)));
    var command = running(absent());
    var write = only(say(reply(1, "").setStateAction(update(vote(true)))), Write.class);
    // When
    var steps = session.onWritten(write.change(), new Written.Done(), value(vote(true)));
    // Then
    assertThat(steps).containsExactly(new Respond(command, answer("")), delta(vote(true, 1, 2)));
  }

  @Test
  void membersThatComeDuringACommandAreToldAfterIt() {
    // Given
    running(stored(vote(false)));
    assertThat(session.onMembers(new View(OWN, Set.of(OWN, OTHER)))).isEmpty();
    // When
    var read = only(say(reply(1, "")), ReadLocal.class);
    // Then
    assertThat(session.onRead(read.generation(), stored(vote(false))))
        .containsExactly(delta(vote(false, 0, 2)));
  }

  // --- the words above

  private Exchange unary() {
    return unary(FAR);
  }

  private Exchange unary(long deadlineNanos) {
    return Exchange.unary(call(deadlineNanos), answer -> {});
  }

  private Exchange streaming() {
    return Exchange.streamed(call(FAR), new Ignored());
  }

  private static Call call(long deadlineNanos) {
    return new Call("Counters", "Process", payload("p"), Metadata.EMPTY, deadlineNanos);
  }

  /** With one unary command at the function. */
  private Exchange running(Read<Crdt> stored) {
    var command = unary();
    session.onCommand(command);
    session.onLoaded(stored);
    return command;
  }

  private void idle(Read<Crdt> stored) {
    running(stored);
    say(reply(1, ""));
  }

  /** With one streamed command at the function. */
  private Exchange runningStream() {
    var stream = streaming();
    session.onCommand(stream);
    session.onLoaded(absent());
    return stream;
  }

  private Exchange openStream() {
    return openStream(absent());
  }

  /** With one streamed command that has got its first reply. */
  private Exchange openStream(Read<Crdt> stored) {
    var stream = streaming();
    session.onCommand(stream);
    session.onLoaded(stored);
    say(emptyReply(1).setStreamed(true));
    return stream;
  }

  private void cancel(Exchange stream, int id) {
    session.onClientGone(stream);
    say(cancelled(id));
  }

  private void deleted() {
    idle(absent());
    session.onKeyDeleted();
    session.onStreamEnded(false, true, true, "OK");
  }

  private List<Step> say(CrdtReply.Builder reply) {
    return session.onMessage(out(reply));
  }

  private List<Step> say(
      io.cloudstate.protocol.CrdtOuterClass.CrdtStreamedMessage.Builder message) {
    return session.onMessage(out(message));
  }

  private List<Step> say(
      io.cloudstate.protocol.CrdtOuterClass.CrdtStreamCancelledResponse.Builder response) {
    return session.onMessage(out(response));
  }

  private static Read<Crdt> absent() {
    return new Read.Absent<>();
  }

  private static Read<Crdt> stored(CrdtDelta delta) {
    return new Read.Found<>(value(delta));
  }

  private static Crdt counter(long value) {
    return value(plus(value));
  }

  private static Crdt value(CrdtDelta delta) {
    return ((Applied.Changed) Crdt.write(Optional.empty(), delta, OWN, 0)).value();
  }

  private static CrdtWriteConsistency all() {
    return CrdtWriteConsistency.ALL;
  }

  private static Step init(@Nullable CrdtDelta delta) {
    return new Send(ProtocolMessages.init("Counters", "one", delta));
  }

  private static Step delta(CrdtDelta delta) {
    return new Send(CrdtStreamIn.newBuilder().setDelta(delta).build());
  }

  private static Step command(long id, Exchange exchange) {
    return new Send(ProtocolMessages.command("one", id, exchange.call, exchange.isStreamed()));
  }

  private static Step streamCancelled(long id) {
    return new Send(ProtocolMessages.streamCancelled("one", id));
  }

  private static <S extends Step> S only(List<Step> steps, Class<S> type) {
    var found = steps.stream().filter(type::isInstance).map(type::cast).toList();
    assertThat(found).as("%s in %s", type.getSimpleName(), steps).hasSize(1);
    return found.get(0);
  }

  private static long generation(List<Step> steps) {
    return only(steps, ReadLocal.class).generation();
  }

  /** A client that does not listen. */
  private static final class Ignored implements StreamedCall.Listener<Answer> {
    @Override
    public void onRequested(int requests) {}

    @Override
    public void onNext(Answer answer) {}

    @Override
    public void onCompleted() {}

    @Override
    public void onFailed(Failure failure) {}
  }
}
