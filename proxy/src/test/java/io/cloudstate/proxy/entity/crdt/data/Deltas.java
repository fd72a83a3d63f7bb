package io.cloudstate.proxy.entity.crdt.data;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import io.cloudstate.protocol.CrdtOuterClass.CrdtClock;
import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.FlagDelta;
import io.cloudstate.protocol.CrdtOuterClass.GCounterDelta;
import io.cloudstate.protocol.CrdtOuterClass.GSetDelta;
import io.cloudstate.protocol.CrdtOuterClass.LWWRegisterDelta;
import io.cloudstate.protocol.CrdtOuterClass.ORMapDelta;
import io.cloudstate.protocol.CrdtOuterClass.ORMapEntryDelta;
import io.cloudstate.protocol.CrdtOuterClass.ORSetDelta;
import io.cloudstate.protocol.CrdtOuterClass.PNCounterDelta;
import io.cloudstate.protocol.CrdtOuterClass.VoteDelta;
import java.util.List;
import java.util.stream.Stream;

/** Deltas as functions write them. */
final class Deltas {

  private Deltas() {}

  static Any any(String text) {
    return Any.newBuilder()
        .setTypeUrl("type.googleapis.com/google.protobuf.StringValue")
        .setValue(ByteString.copyFromUtf8(text))
        .build();
  }

  static List<Any> anys(String... texts) {
    return Stream.of(texts).map(Deltas::any).toList();
  }

  static CrdtDelta gcounter(long increment) {
    return CrdtDelta.newBuilder()
        .setGcounter(GCounterDelta.newBuilder().setIncrement(increment))
        .build();
  }

  static CrdtDelta pncounter(long change) {
    return CrdtDelta.newBuilder()
        .setPncounter(PNCounterDelta.newBuilder().setChange(change))
        .build();
  }

  static CrdtDelta gset(String... added) {
    return CrdtDelta.newBuilder().setGset(GSetDelta.newBuilder().addAllAdded(anys(added))).build();
  }

  static CrdtDelta orset(String... added) {
    return orset(false, List.of(), anys(added));
  }

  static CrdtDelta orset(boolean cleared, List<Any> removed, List<Any> added) {
    return CrdtDelta.newBuilder()
        .setOrset(
            ORSetDelta.newBuilder().setCleared(cleared).addAllRemoved(removed).addAllAdded(added))
        .build();
  }

  static CrdtDelta register(String value) {
    return register(value, CrdtClock.DEFAULT, 0);
  }

  static CrdtDelta register(String value, CrdtClock clock, long custom) {
    return CrdtDelta.newBuilder()
        .setLwwregister(
            LWWRegisterDelta.newBuilder()
                .setValue(any(value))
                .setClock(clock)
                .setCustomClockValue(custom))
        .build();
  }

  static CrdtDelta flag(boolean value) {
    return CrdtDelta.newBuilder().setFlag(FlagDelta.newBuilder().setValue(value)).build();
  }

  static CrdtDelta vote(boolean self) {
    return CrdtDelta.newBuilder().setVote(VoteDelta.newBuilder().setSelfVote(self)).build();
  }

  static CrdtDelta vote(boolean self, int votesFor, int totalVoters) {
    return CrdtDelta.newBuilder()
        .setVote(
            VoteDelta.newBuilder()
                .setSelfVote(self)
                .setVotesFor(votesFor)
                .setTotalVoters(totalVoters))
        .build();
  }

  static CrdtDelta map(ORMapDelta.Builder delta) {
    return CrdtDelta.newBuilder().setOrmap(delta).build();
  }

  static CrdtDelta mapAdded(String key, CrdtDelta delta) {
    return map(ORMapDelta.newBuilder().addAdded(entry(key, delta)));
  }

  static CrdtDelta mapUpdated(String key, CrdtDelta delta) {
    return map(ORMapDelta.newBuilder().addUpdated(entry(key, delta)));
  }

  static CrdtDelta mapRemoved(String key) {
    return map(ORMapDelta.newBuilder().addRemoved(any(key)));
  }

  static ORMapEntryDelta entry(String key, CrdtDelta delta) {
    return ORMapEntryDelta.newBuilder().setKey(any(key)).setDelta(delta).build();
  }

  static CrdtDelta empty(CrdtType type) {
    return switch (type) {
      case GCOUNTER -> gcounter(0);
      case PNCOUNTER -> pncounter(0);
      case GSET -> gset();
      case ORSET -> orset();
      case LWWREGISTER -> register("");
      case FLAG -> flag(false);
      case ORMAP -> map(ORMapDelta.newBuilder());
      case VOTE -> vote(false);
    };
  }
}
