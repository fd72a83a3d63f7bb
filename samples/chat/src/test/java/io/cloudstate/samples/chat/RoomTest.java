package io.cloudstate.samples.chat;

import static io.cloudstate.samples.chat.Deltas.change;
import static io.cloudstate.samples.chat.Deltas.delta;
import static io.cloudstate.samples.chat.Deltas.key;
import static io.cloudstate.samples.chat.Deltas.vote;
import static io.cloudstate.samples.chat.Deltas.votes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.protobuf.Empty;
import com.google.protobuf.InvalidProtocolBufferException;
import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.GSetDelta;
import io.cloudstate.protocol.CrdtOuterClass.ORMapEntryDelta;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RoomTest {

  private final Room room = new Room();

  @Test
  void nobodyIsInANewRoom() {
    assertThat(room.present()).isEmpty();
    assertThat(room.voteFor(Set.of())).isEmpty();
  }

  @Test
  void whoIsNewIsAddedWithOurVote() {
    assertThat(room.voteFor(Set.of("alice")))
        .contains(delta(change().addAdded(vote("alice", true))));
    assertThat(room.present()).containsExactly("alice");
  }

  @Test
  void whoWasHereBeforeGetsOurVoteAgain() {
    room.voteFor(Set.of("alice"));
    room.voteFor(Set.of());

    assertThat(room.voteFor(Set.of("alice")))
        .contains(delta(change().addUpdated(vote("alice", true))));
    assertThat(room.present()).containsExactly("alice");
  }

  @Test
  void whoIsHereByAnotherProxyGetsOurVoteToo() throws InvalidProtocolBufferException {
    room.apply(delta(change().addAdded(votes("alice", false, 1))));

    assertThat(room.voteFor(Set.of("alice")))
        .contains(delta(change().addUpdated(vote("alice", true))));
  }

  @Test
  void whoLeavesLosesOurVoteAndStaysInTheMap() {
    room.voteFor(Set.of("alice", "bob"));

    assertThat(room.voteFor(Set.of("bob")))
        .contains(delta(change().addUpdated(vote("alice", false))));
    assertThat(room.present()).containsExactly("bob");
  }

  @Test
  void theLastOneLeavingDeletesNothing() {
    room.voteFor(Set.of("alice"));

    assertThat(room.voteFor(Set.of())).contains(delta(change().addUpdated(vote("alice", false))));
    assertThat(room.present()).isEmpty();
  }

  @Test
  void whoIsHereByAnotherProxyTooStaysWhenTheyLeaveUs() throws InvalidProtocolBufferException {
    room.voteFor(Set.of("alice"));
    room.apply(delta(change().addUpdated(votes("alice", true, 2))));

    room.voteFor(Set.of());

    assertThat(room.present()).containsExactly("alice");
  }

  @Test
  void votesThatAreAsTheyShouldBeChangeNothing() {
    room.voteFor(Set.of("alice"));

    assertThat(room.voteFor(Set.of("alice"))).isEmpty();
  }

  @Test
  void aVoteLeftByAProcessThatDiedIsTakenBack() throws InvalidProtocolBufferException {
    room.apply(delta(change().addAdded(votes("alice", true, 1)).addAdded(votes("bob", false, 1))));

    assertThat(room.voteFor(Set.of())).contains(delta(change().addUpdated(vote("alice", false))));
    assertThat(room.present()).containsExactly("bob");
  }

  @Test
  void thePresentAreInAlphabeticalOrder() throws InvalidProtocolBufferException {
    room.apply(delta(change().addAdded(votes("carol", false, 2)).addAdded(votes("bob", false, 1))));
    room.voteFor(Set.of("alice"));

    assertThat(room.present()).containsExactly("alice", "bob", "carol");
  }

  @Test
  void anEntryWithoutVotesIsNobody() throws InvalidProtocolBufferException {
    room.apply(delta(change().addAdded(votes("alice", false, 0))));

    assertThat(room.present()).isEmpty();
  }

  @Test
  void anUpdateReplacesTheVotes() throws InvalidProtocolBufferException {
    room.apply(delta(change().addAdded(votes("alice", false, 1))));

    room.apply(delta(change().addUpdated(votes("alice", false, 0))));

    assertThat(room.present()).isEmpty();
  }

  @Test
  void whatIsRemovedGoesAndMayBeAddedAgainByTheSameChange() throws InvalidProtocolBufferException {
    room.apply(delta(change().addAdded(votes("alice", false, 1)).addAdded(votes("bob", false, 1))));

    room.apply(
        delta(
            change()
                .addRemoved(key("alice"))
                .addRemoved(key("bob"))
                .addAdded(votes("bob", false, 2))));

    assertThat(room.present()).containsExactly("bob");
  }

  @Test
  void clearingComesFirst() throws InvalidProtocolBufferException {
    room.apply(delta(change().addAdded(votes("alice", false, 1))));

    room.apply(delta(change().setCleared(true).addAdded(votes("bob", false, 1))));

    assertThat(room.present()).containsExactly("bob");
  }

  @Test
  void whoWasRemovedIsAddedWhenTheyComeBack() throws InvalidProtocolBufferException {
    room.apply(delta(change().addAdded(votes("alice", false, 1))));
    room.apply(delta(change().addRemoved(key("alice"))));

    assertThat(room.voteFor(Set.of("alice")))
        .contains(delta(change().addAdded(vote("alice", true))));
  }

  @Test
  void aValueOfAnotherTypeIsNotOurs() {
    var set = CrdtDelta.newBuilder().setGset(GSetDelta.getDefaultInstance()).build();

    assertThatThrownBy(() -> room.apply(set)).hasMessage("GSET (expected: ORMAP)");
  }

  @Test
  void anEntryOfAnotherTypeIsNotOurs() {
    var set = CrdtDelta.newBuilder().setGset(GSetDelta.getDefaultInstance());
    var entry = ORMapEntryDelta.newBuilder().setKey(key("alice")).setDelta(set);

    assertThatThrownBy(() -> room.apply(delta(change().addAdded(entry))))
        .hasMessage("GSET (expected: VOTE)");
  }

  @Test
  void aKeyOfAnotherTypeIsNotOurs() {
    var removed = change().addRemoved(Any.pack(Empty.getDefaultInstance()));

    assertThatThrownBy(() -> room.apply(delta(removed)))
        .isInstanceOf(InvalidProtocolBufferException.class);
  }
}
