package io.cloudstate.proxy.entity.crdt.data;

import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.PNCounterDelta;
import io.cloudstate.proxy.entity.crdt.data.Edit.Edited;

/** A counter. What a node added and what it took, and their sums, stay within 64 bits. */
record PNCounter(Dots presence, Slots<Tally> tallies) implements Value {

  static final PNCounter ZERO = new PNCounter(Dots.NONE, Slots.none());

  /** What one node added and took, neither of them negative. */
  record Tally(long added, long taken) {

    static final Tally NOTHING = new Tally(0, 0);

    Tally plus(Tally that) {
      return new Tally(Saturating.plus(added, that.added), Saturating.plus(taken, that.taken));
    }

    static Tally of(long change) {
      return change >= 0
          ? new Tally(change, 0)
          : new Tally(0, change == Long.MIN_VALUE ? Long.MAX_VALUE : -change);
    }
  }

  @Override
  public CrdtType type() {
    return CrdtType.PNCOUNTER;
  }

  @Override
  public PNCounter withPresence(Dots newPresence) {
    return new PNCounter(newPresence, tallies);
  }

  @Override
  public boolean hasContent() {
    return !tallies.isEmpty();
  }

  private long value() {
    var sum = 0L;
    for (var tally : tallies.all()) {
      sum = Saturating.plus(sum, tally.content().added - tally.content().taken);
    }
    return sum;
  }

  @Override
  public PNCounter join(Join join, Value that) {
    var other = (PNCounter) that;
    return new PNCounter(join.dots(presence, other.presence), join.slots(tallies, other.tallies));
  }

  @Override
  public Edited<PNCounter> edit(Edit edit, CrdtDelta delta) {
    var change = delta.getPncounter().getChange();
    if (change == 0) {
      return new Edited<>(this, ZERO);
    }
    var tally = tallies.sumOf(edit.own(), Tally.NOTHING, Tally::plus).plus(Tally.of(change));
    edit.drop(tallies.dotsOf(edit.own()));
    var dot = edit.mint();
    return new Edited<>(
        new PNCounter(presence, tallies.replaced(dot, tally)),
        new PNCounter(Dots.NONE, Slots.of(dot, tally)));
  }

  @Override
  public void gatherDots(Context.Builder dots) {
    dots.add(presence);
    dots.add(tallies.dots());
  }

  @Override
  public PNCounter prune(Pruning pruning) {
    var pruned = presence.prune(pruning);
    if (tallies.dotsOf(pruning.removed()).isEmpty()) {
      return new PNCounter(pruned, tallies);
    }
    var tally =
        tallies
            .sumOf(pruning.removed(), Tally.NOTHING, Tally::plus)
            .plus(tallies.sumOf(pruning.heir(), Tally.NOTHING, Tally::plus));
    return new PNCounter(
        pruned,
        tallies
            .withoutThoseOf(pruning.removed())
            .withoutThoseOf(pruning.heir())
            .plus(pruning.mint(), tally));
  }

  @Override
  public CrdtDelta initialDelta(View view) {
    return delta(value());
  }

  @Override
  public Difference differenceFrom(Value previous, View seen, View view) {
    var change = value() - ((PNCounter) previous).value();
    return change == 0 ? new Difference.None() : new Difference.Delta(delta(change));
  }

  private static CrdtDelta delta(long change) {
    return CrdtDelta.newBuilder()
        .setPncounter(PNCounterDelta.newBuilder().setChange(change))
        .build();
  }

  @Override
  public String shown() {
    return "PNCounter(%d)".formatted(value());
  }
}
