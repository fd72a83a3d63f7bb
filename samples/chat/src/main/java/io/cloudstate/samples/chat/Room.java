package io.cloudstate.samples.chat;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.StringValue;
import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.ORMapDelta;
import io.cloudstate.protocol.CrdtOuterClass.ORMapEntryDelta;
import io.cloudstate.protocol.CrdtOuterClass.VoteDelta;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who is in one room: our copy of a CRDT that is a map from people to votes. Each proxy votes for
 * the people who watch the room through it, and somebody is there as long as one proxy says so. So
 * people may come in twice, by different proxies, and when a proxy is gone, its votes are too.
 *
 * <p>Somebody who has left stays in the map, without a vote: an entry that was removed and comes
 * back has forgotten which of its votes are the newer ones. For the same reason an empty room is
 * never deleted, which would be for ever.
 */
final class Room {

  /** Whether the proxy at the other end of our stream says somebody is there, and how many do. */
  private record Votes(boolean ours, int all) {}

  private final SortedMap<String, Votes> people = new TreeMap<>();

  List<String> present() {
    return people.entrySet().stream()
        .filter(person -> person.getValue().all() > 0)
        .map(person -> person.getKey())
        .toList();
  }

  /**
   * Takes a change that came from other proxies, or all there is as the change of an empty room.
   *
   * @throws InvalidProtocolBufferException if this is not what {@link #voteFor} makes
   */
  void apply(CrdtDelta delta) throws InvalidProtocolBufferException {
    if (!delta.hasOrmap()) {
      throw new InvalidProtocolBufferException(delta.getDeltaCase() + " (expected: ORMAP)");
    }
    var change = delta.getOrmap();
    // In this order: what is removed may be added again, and be something else then.
    if (change.getCleared()) {
      people.clear();
    }
    for (var key : change.getRemovedList()) {
      people.remove(userId(key));
    }
    for (var entry : change.getUpdatedList()) {
      people.put(userId(entry.getKey()), votes(entry.getDelta()));
    }
    for (var entry : change.getAddedList()) {
      people.put(userId(entry.getKey()), votes(entry.getDelta()));
    }
  }

  /**
   * Makes our votes those for exactly these people, and returns what has to change for that; empty
   * if nothing has. That clears up after a process that died with people in the room, too.
   */
  Optional<CrdtDelta> voteFor(Set<String> watching) {
    var change = ORMapDelta.newBuilder();
    for (var userId : watching) {
      var votes = people.get(userId);
      if (votes == null) {
        people.put(userId, new Votes(true, 1));
        change.addAdded(entry(userId, true));
      } else if (!votes.ours()) {
        people.put(userId, new Votes(true, votes.all() + 1));
        change.addUpdated(entry(userId, true));
      }
    }
    people.replaceAll(
        (userId, votes) -> {
          if (!votes.ours() || watching.contains(userId)) {
            return votes;
          }
          change.addUpdated(entry(userId, false));
          return new Votes(false, votes.all() - 1);
        });
    return change.getAddedCount() + change.getUpdatedCount() == 0
        ? Optional.empty()
        : Optional.of(CrdtDelta.newBuilder().setOrmap(change).build());
  }

  private static ORMapEntryDelta entry(String userId, boolean there) {
    return ORMapEntryDelta.newBuilder()
        .setKey(Any.pack(StringValue.of(userId)))
        .setDelta(CrdtDelta.newBuilder().setVote(VoteDelta.newBuilder().setSelfVote(there)))
        .build();
  }

  private static String userId(Any key) throws InvalidProtocolBufferException {
    return key.unpack(StringValue.class).getValue();
  }

  private static Votes votes(CrdtDelta delta) throws InvalidProtocolBufferException {
    if (!delta.hasVote()) {
      throw new InvalidProtocolBufferException(delta.getDeltaCase() + " (expected: VOTE)");
    }
    return new Votes(delta.getVote().getSelfVote(), delta.getVote().getVotesFor());
  }
}
