package io.cloudstate.samples.chat;

import com.google.protobuf.Any;
import com.google.protobuf.StringValue;
import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.ORMapDelta;
import io.cloudstate.protocol.CrdtOuterClass.ORMapEntryDelta;
import io.cloudstate.protocol.CrdtOuterClass.VoteDelta;

/** Changes of a room's value, as they stand on the wire. */
final class Deltas {

  static ORMapDelta.Builder change() {
    return ORMapDelta.newBuilder();
  }

  static CrdtDelta delta(ORMapDelta.Builder change) {
    return CrdtDelta.newBuilder().setOrmap(change).build();
  }

  static Any key(String userId) {
    return Any.pack(StringValue.of(userId));
  }

  /** As the proxy sends it: its own vote and the number of all. */
  static ORMapEntryDelta votes(String userId, boolean ours, int all) {
    return entry(
        userId, VoteDelta.newBuilder().setSelfVote(ours).setVotesFor(all).setTotalVoters(3));
  }

  /** As a function sends it: the proxy's own vote alone. */
  static ORMapEntryDelta vote(String userId, boolean there) {
    return entry(userId, VoteDelta.newBuilder().setSelfVote(there));
  }

  private static ORMapEntryDelta entry(String userId, VoteDelta.Builder vote) {
    return ORMapEntryDelta.newBuilder()
        .setKey(key(userId))
        .setDelta(CrdtDelta.newBuilder().setVote(vote))
        .build();
  }

  private Deltas() {}
}
