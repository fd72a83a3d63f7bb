package io.cloudstate.tck.reference;

import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.VoteDelta;
import io.cloudstate.tck.model.Crdt.State;
import io.cloudstate.tck.model.Crdt.Update;
import io.cloudstate.tck.model.Crdt.VoteValue;

/** A vote of all nodes. This one may change its own; the counts come from the proxy. */
final class Vote implements Crdt {

  private boolean ownVote;
  private boolean knownVote; // what the proxy knows as ours
  private int votesFor;
  private int totalVoters = 1;

  @Override
  public void update(Update update) {
    if (update.hasVote() && update.getVote().getSelfVote() != ownVote) {
      ownVote = update.getVote().getSelfVote();
      votesFor += ownVote ? 1 : -1;
    }
  }

  @Override
  public void apply(CrdtDelta delta) {
    ownVote = delta.getVote().getSelfVote();
    knownVote = ownVote;
    votesFor = delta.getVote().getVotesFor();
    totalVoters = delta.getVote().getTotalVoters();
  }

  @Override
  public boolean hasChanged() {
    return ownVote != knownVote;
  }

  @Override
  public CrdtDelta change() {
    return CrdtDelta.newBuilder().setVote(VoteDelta.newBuilder().setSelfVote(ownVote)).build();
  }

  @Override
  public void forgetChange() {
    knownVote = ownVote;
  }

  @Override
  public State state() {
    return State.newBuilder()
        .setVote(
            VoteValue.newBuilder()
                .setSelfVote(ownVote)
                .setVotesFor(votesFor)
                .setTotalVoters(totalVoters))
        .build();
  }
}
