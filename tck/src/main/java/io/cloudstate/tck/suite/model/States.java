package io.cloudstate.tck.suite.model;

import io.cloudstate.tck.model.Crdt.FlagValue;
import io.cloudstate.tck.model.Crdt.GCounterValue;
import io.cloudstate.tck.model.Crdt.GSetValue;
import io.cloudstate.tck.model.Crdt.LWWRegisterValue;
import io.cloudstate.tck.model.Crdt.ORMapEntryValue;
import io.cloudstate.tck.model.Crdt.ORMapValue;
import io.cloudstate.tck.model.Crdt.ORSetValue;
import io.cloudstate.tck.model.Crdt.PNCounterValue;
import io.cloudstate.tck.model.Crdt.State;
import io.cloudstate.tck.model.Crdt.VoteValue;
import java.util.List;

/** Values of CRDTs as the responses of the CRDT model show them; sets and maps in order. */
final class States {

  static State gcounter(long value) {
    return State.newBuilder().setGcounter(GCounterValue.newBuilder().setValue(value)).build();
  }

  static State pncounter(long value) {
    return State.newBuilder().setPncounter(PNCounterValue.newBuilder().setValue(value)).build();
  }

  static State gset(String... elements) {
    return State.newBuilder()
        .setGset(GSetValue.newBuilder().addAllElements(List.of(elements)))
        .build();
  }

  static State orset(String... elements) {
    return State.newBuilder()
        .setOrset(ORSetValue.newBuilder().addAllElements(List.of(elements)))
        .build();
  }

  static State register(String value) {
    return State.newBuilder().setLwwregister(LWWRegisterValue.newBuilder().setValue(value)).build();
  }

  static State flag(boolean isOn) {
    return State.newBuilder().setFlag(FlagValue.newBuilder().setValue(isOn)).build();
  }

  static State map(ORMapEntryValue... entries) {
    return State.newBuilder()
        .setOrmap(ORMapValue.newBuilder().addAllEntries(List.of(entries)))
        .build();
  }

  static ORMapEntryValue entry(String key, State value) {
    return ORMapEntryValue.newBuilder().setKey(key).setValue(value).build();
  }

  static State votes(boolean self, int votesFor, int totalVoters) {
    return State.newBuilder()
        .setVote(
            VoteValue.newBuilder()
                .setSelfVote(self)
                .setVotesFor(votesFor)
                .setTotalVoters(totalVoters))
        .build();
  }

  private States() {}
}
