package io.cloudstate.samples.chat;

import static io.cloudstate.samples.chat.Deltas.change;
import static io.cloudstate.samples.chat.Deltas.delta;
import static io.cloudstate.samples.chat.Deltas.vote;
import static io.cloudstate.samples.chat.Deltas.votes;
import static org.assertj.core.api.Assertions.assertThat;

import com.example.chat.People;
import com.example.chat.WatchRequest;
import com.example.chat.WhoIsThereRequest;
import com.google.protobuf.Any;
import com.google.protobuf.Empty;
import com.google.protobuf.Message;
import io.cloudstate.protocol.CrdtOuterClass.CrdtDelete;
import io.cloudstate.protocol.CrdtOuterClass.CrdtInit;
import io.cloudstate.protocol.CrdtOuterClass.CrdtReply;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStateAction;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamCancelledResponse;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamIn;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamOut;
import io.cloudstate.protocol.CrdtOuterClass.CrdtStreamedMessage;
import io.cloudstate.protocol.CrdtOuterClass.GSetDelta;
import io.cloudstate.protocol.CrdtOuterClass.ORMapDelta;
import io.cloudstate.protocol.CrdtOuterClass.ORMapEntryDelta;
import io.cloudstate.protocol.EntityOuterClass.ClientAction;
import io.cloudstate.protocol.EntityOuterClass.Command;
import io.cloudstate.protocol.EntityOuterClass.Failure;
import io.cloudstate.protocol.EntityOuterClass.Reply;
import io.cloudstate.protocol.EntityOuterClass.StreamCancelled;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoomSessionTest {

  private final RoomSession session = new RoomSession();

  @Test
  void initAndDeltasAreNotAnswered() {
    assertThat(session.onMessage(init(change().addAdded(votes("carol", false, 1))))).isEmpty();
    assertThat(session.onMessage(changed(change().addUpdated(votes("carol", false, 0))))).isEmpty();
  }

  @Test
  void theFirstWatcherCreatesTheRoomAndIsToldWhoIsThere() {
    session.onMessage(init());

    assertThat(session.onMessage(watch(1, "alice")))
        .containsExactly(entered(1, change().addAdded(vote("alice", true)), "alice"));
  }

  @Test
  void whoEntersFindsThoseWhoAreThereByOtherProxies() {
    session.onMessage(init(change().addAdded(votes("carol", false, 1))));

    assertThat(session.onMessage(watch(1, "alice")))
        .containsExactly(entered(1, change().addAdded(vote("alice", true)), "alice", "carol"));
  }

  @Test
  void theOthersAreToldAfterTheReplyWhoHasCome() {
    session.onMessage(init());
    session.onMessage(watch(1, "alice"));

    assertThat(session.onMessage(watch(2, "bob")))
        .containsExactly(
            entered(2, change().addAdded(vote("bob", true)), "alice", "bob"),
            news(1, "alice", "bob"));
  }

  @Test
  void theOthersAreToldAfterTheResponseWhoHasGone() {
    session.onMessage(init());
    session.onMessage(watch(1, "alice"));
    session.onMessage(watch(2, "bob"));

    assertThat(session.onMessage(cancel(2)))
        .containsExactly(left(2, change().addUpdated(vote("bob", false))), news(1, "alice"));
  }

  @Test
  void theLastToLeaveDeletesNothing() {
    session.onMessage(init());
    session.onMessage(watch(1, "alice"));

    assertThat(session.onMessage(cancel(1)))
        .containsExactly(left(1, change().addUpdated(vote("alice", false))));
  }

  @Test
  void whoHasLeftMayComeBack() {
    session.onMessage(init());
    session.onMessage(watch(1, "alice"));
    session.onMessage(cancel(1));

    assertThat(session.onMessage(watch(2, "alice")))
        .containsExactly(entered(2, change().addUpdated(vote("alice", true)), "alice"));
  }

  @Test
  void whoWatchesTwiceLeavesWithTheLastCall() {
    session.onMessage(init());
    session.onMessage(watch(1, "alice"));

    assertThat(session.onMessage(watch(2, "alice"))).containsExactly(entered(2, "alice"));
    assertThat(session.onMessage(cancel(1))).containsExactly(left(1));
    assertThat(session.onMessage(cancel(2)))
        .containsExactly(left(2, change().addUpdated(vote("alice", false))));
  }

  @Test
  void everyWatcherIsToldWhatOtherProxiesSay() {
    session.onMessage(init());
    session.onMessage(watch(1, "alice"));
    session.onMessage(watch(2, "bob"));

    assertThat(session.onMessage(changed(change().addAdded(votes("carol", false, 1)))))
        .containsExactly(news(1, "alice", "bob", "carol"), news(2, "alice", "bob", "carol"));
  }

  @Test
  void aChangeThatLeavesTheSamePeopleThereIsNoNews() {
    session.onMessage(init());
    session.onMessage(watch(1, "alice"));

    assertThat(session.onMessage(changed(change().addUpdated(votes("alice", true, 2))))).isEmpty();
  }

  @Test
  void whoHasLeftIsToldNothingAnyMore() {
    session.onMessage(init());
    session.onMessage(watch(1, "alice"));
    session.onMessage(cancel(1));

    assertThat(session.onMessage(changed(change().addAdded(votes("carol", false, 1))))).isEmpty();
  }

  @Test
  void lookingInFromOutsideChangesNothing() {
    session.onMessage(init(change().addAdded(votes("carol", false, 1))));
    session.onMessage(watch(1, "alice"));

    assertThat(session.onMessage(whoIsThere(2))).containsExactly(told(2, "alice", "carol"));
  }

  @Test
  void theFirstCommandClearsUpAfterAProcessThatDied() {
    session.onMessage(
        init(change().addAdded(votes("alice", true, 1)).addAdded(votes("bob", true, 2))));

    assertThat(session.onMessage(whoIsThere(1)))
        .containsExactly(
            told(
                1,
                change().addUpdated(vote("alice", false)).addUpdated(vote("bob", false)),
                "bob"));
  }

  @Test
  void aCancellationOfWhatIsNotWatchedIsAnsweredToo() {
    session.onMessage(init());

    assertThat(session.onMessage(cancel(7))).containsExactly(left(7));
  }

  @Test
  void nobodyEntersWithoutAUserAndTheCallEnds() {
    session.onMessage(init());

    assertThat(session.onMessage(watch(1, " ")))
        .containsExactly(refusal(1, "Cannot enter lobby: the user is empty"));
    assertThat(session.onMessage(whoIsThere(2))).containsExactly(told(2));
  }

  @Test
  void anUnknownCommandIsRefused() {
    session.onMessage(init());

    assertThat(session.onMessage(command(1, "Lock", false, Empty.getDefaultInstance())))
        .containsExactly(refusal(1, "Unknown command Lock: a room knows Watch, WhoIsThere"));
  }

  @Test
  void aCommandWithTheWrongPayloadIsRefused() {
    session.onMessage(init());

    assertThat(session.onMessage(command(1, "Watch", true, Empty.getDefaultInstance())))
        .containsExactly(
            refusal(1, "Cannot read Watch from type.googleapis.com/google.protobuf.Empty"));
  }

  @Test
  void aDeletionIsNotAnswered() {
    session.onMessage(init());
    session.onMessage(watch(1, "alice"));

    assertThat(
            session.onMessage(
                CrdtStreamIn.newBuilder().setDelete(CrdtDelete.getDefaultInstance()).build()))
        .isEmpty();
  }

  @Test
  void aCommandBeforeInitEndsTheStream() {
    assertThat(session.onMessage(whoIsThere(1))).containsExactly(end(1, "command 1 before init"));
  }

  @Test
  void aDeltaBeforeInitEndsTheStream() {
    assertThat(session.onMessage(changed(change()))).containsExactly(end(0, "delta before init"));
  }

  @Test
  void aSecondInitEndsTheStream() {
    session.onMessage(init());

    assertThat(session.onMessage(init())).containsExactly(end(0, "second init for lobby"));
  }

  @Test
  void aCommandForAnotherRoomEndsTheStream() {
    session.onMessage(init());
    var stray = whoIsThere(1).toBuilder();
    stray.getCommandBuilder().setEntityId("attic");

    assertThat(session.onMessage(stray.build()))
        .containsExactly(end(1, "command for attic (expected: lobby)"));
  }

  @Test
  void aValueThatIsNotOursEndsTheStream() {
    var init = init().toBuilder();
    init.getInitBuilder().getDeltaBuilder().setGset(GSetDelta.getDefaultInstance());

    assertThat(session.onMessage(init.build()))
        .containsExactly(end(0, "delta is not readable: GSET (expected: ORMAP)"));
  }

  @Test
  void anEntryWithoutADeltaEndsTheStream() {
    session.onMessage(init());
    var entry = ORMapEntryDelta.newBuilder().setKey(Deltas.key("alice"));

    assertThat(session.onMessage(changed(change().addAdded(entry))))
        .containsExactly(end(0, "delta is not readable: DELTA_NOT_SET (expected: VOTE)"));
  }

  @Test
  void anEmptyMessageEndsTheStream() {
    assertThat(session.onMessage(CrdtStreamIn.getDefaultInstance()))
        .containsExactly(
            end(0, "empty message (expected: init, delta, command or stream_cancelled)"));
  }

  private static CrdtStreamIn init() {
    return CrdtStreamIn.newBuilder()
        .setInit(CrdtInit.newBuilder().setServiceName("com.example.chat.Room").setEntityId("lobby"))
        .build();
  }

  private static CrdtStreamIn init(ORMapDelta.Builder value) {
    var init = init().toBuilder();
    init.getInitBuilder().setDelta(delta(value));
    return init.build();
  }

  private static CrdtStreamIn changed(ORMapDelta.Builder change) {
    return CrdtStreamIn.newBuilder().setDelta(delta(change)).build();
  }

  private static CrdtStreamIn watch(long id, String userId) {
    return command(
        id, "Watch", true, WatchRequest.newBuilder().setRoomId("lobby").setUserId(userId).build());
  }

  private static CrdtStreamIn whoIsThere(long id) {
    return command(
        id, "WhoIsThere", false, WhoIsThereRequest.newBuilder().setRoomId("lobby").build());
  }

  private static CrdtStreamIn command(long id, String name, boolean streamed, Message payload) {
    return CrdtStreamIn.newBuilder()
        .setCommand(
            Command.newBuilder()
                .setEntityId("lobby")
                .setId(id)
                .setName(name)
                .setStreamed(streamed)
                .setPayload(Any.pack(payload)))
        .build();
  }

  private static CrdtStreamIn cancel(long id) {
    return CrdtStreamIn.newBuilder()
        .setStreamCancelled(StreamCancelled.newBuilder().setEntityId("lobby").setId(id))
        .build();
  }

  private static CrdtStreamOut entered(long id, ORMapDelta.Builder change, String... people) {
    return reply(replyOf(id, people).setStreamed(true).setStateAction(update(change)));
  }

  private static CrdtStreamOut entered(long id, String... people) {
    return reply(replyOf(id, people).setStreamed(true));
  }

  private static CrdtStreamOut told(long id, ORMapDelta.Builder change, String... people) {
    return reply(replyOf(id, people).setStateAction(update(change)));
  }

  private static CrdtStreamOut told(long id, String... people) {
    return reply(replyOf(id, people));
  }

  private static CrdtStreamOut refusal(long id, String description) {
    var failure = Failure.newBuilder().setCommandId(id).setDescription(description);
    return reply(
        CrdtReply.newBuilder()
            .setCommandId(id)
            .setClientAction(ClientAction.newBuilder().setFailure(failure)));
  }

  private static CrdtStreamOut news(long id, String... people) {
    return CrdtStreamOut.newBuilder()
        .setStreamedMessage(
            CrdtStreamedMessage.newBuilder().setCommandId(id).setClientAction(tell(people)))
        .build();
  }

  private static CrdtStreamOut left(long id) {
    return CrdtStreamOut.newBuilder()
        .setStreamCancelledResponse(CrdtStreamCancelledResponse.newBuilder().setCommandId(id))
        .build();
  }

  private static CrdtStreamOut left(long id, ORMapDelta.Builder change) {
    var response = left(id).toBuilder();
    response.getStreamCancelledResponseBuilder().setStateAction(update(change));
    return response.build();
  }

  private static CrdtStreamOut end(long commandId, String description) {
    return CrdtStreamOut.newBuilder()
        .setFailure(Failure.newBuilder().setCommandId(commandId).setDescription(description))
        .build();
  }

  private static CrdtStreamOut reply(CrdtReply.Builder reply) {
    return CrdtStreamOut.newBuilder().setReply(reply).build();
  }

  private static CrdtReply.Builder replyOf(long id, String... people) {
    return CrdtReply.newBuilder().setCommandId(id).setClientAction(tell(people));
  }

  private static ClientAction.Builder tell(String... people) {
    var payload = People.newBuilder().addAllUserIds(List.of(people)).build();
    return ClientAction.newBuilder().setReply(Reply.newBuilder().setPayload(Any.pack(payload)));
  }

  private static CrdtStateAction update(ORMapDelta.Builder change) {
    return CrdtStateAction.newBuilder().setUpdate(delta(change)).build();
  }
}
