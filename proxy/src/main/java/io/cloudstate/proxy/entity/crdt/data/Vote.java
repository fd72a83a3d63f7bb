package io.cloudstate.proxy.entity.crdt.data;

import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.VoteDelta;
import io.cloudstate.proxy.entity.crdt.data.Edit.Edited;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that vote for something: those with a dot here. Who leaves takes its vote along.
 *
 * @param assumed how the function sees a vote that it created itself and was not told of since: as
 *     if it was alone. Only in a shadow
 */
record Vote(Dots presence, Dots votesFor, @Nullable View assumed) implements Value {

  static final Vote ZERO = new Vote(Dots.NONE, Dots.NONE);

  Vote(Dots presence, Dots votesFor) {
    this(presence, votesFor, null);
  }

  @Override
  public CrdtType type() {
    return CrdtType.VOTE;
  }

  @Override
  public Vote withPresence(Dots newPresence) {
    return new Vote(newPresence, votesFor, assumed);
  }

  @Override
  public boolean hasContent() {
    return !votesFor.isEmpty();
  }

  @Override
  public Vote join(Join join, Value that) {
    var other = (Vote) that;
    return new Vote(join.dots(presence, other.presence), join.dots(votesFor, other.votesFor));
  }

  @Override
  public Edited<Vote> edit(Edit edit, CrdtDelta delta) {
    var own = edit.own();
    var vote = delta.getVote().getSelfVote();
    var sees = assumedAfter(edit);
    if (vote == votesFor.hasOneOf(own)) {
      return new Edited<>(new Vote(presence, votesFor, sees), ZERO);
    }
    if (vote) {
      var dot = edit.mint();
      return new Edited<>(
          new Vote(presence, votesFor.plus(dot), sees), new Vote(Dots.NONE, Dots.of(dot)));
    }
    var rest = votesFor.withoutThoseOf(own);
    for (var dot : votesFor.all()) {
      if (!rest.all().contains(dot)) {
        edit.drop(Dots.of(dot));
      }
    }
    return new Edited<>(new Vote(presence, rest, sees), ZERO);
  }

  private @Nullable View assumedAfter(Edit edit) {
    return edit.target() == Edit.Target.SHADOW && !isAlive()
        ? new View(edit.own(), Set.of(edit.own()))
        : assumed;
  }

  @Override
  public void gatherDots(Context.Builder dots) {
    dots.add(presence);
    dots.add(votesFor);
  }

  /** The vote goes, the thing voted on stays, even if nobody else ever touched it. */
  @Override
  public Vote prune(Pruning pruning) {
    var present = presence.prune(pruning);
    var rest = votesFor.withoutThoseOf(pruning.removed());
    return new Vote(present.isEmpty() && rest.isEmpty() ? Dots.of(pruning.mint()) : present, rest);
  }

  @Override
  public CrdtDelta initialDelta(View view) {
    return CrdtDelta.newBuilder().setVote(as(view)).build();
  }

  @Override
  public Difference differenceFrom(Value previous, View seen, View view) {
    var held = (Vote) previous;
    var before = held.as(held.assumed == null ? seen : held.assumed);
    var now = as(view);
    return now.equals(before)
        ? new Difference.None()
        : new Difference.Delta(CrdtDelta.newBuilder().setVote(now).build());
  }

  private VoteDelta as(View view) {
    var count = 0;
    for (var member : view.members()) {
      if (votesFor.hasOneOf(member)) {
        count++;
      }
    }
    return VoteDelta.newBuilder()
        .setSelfVote(votesFor.hasOneOf(view.own()))
        .setVotesFor(count)
        .setTotalVoters(view.members().size())
        .build();
  }

  @Override
  public String shown() {
    return "Vote(%d for)".formatted(votesFor.all().size());
  }
}
