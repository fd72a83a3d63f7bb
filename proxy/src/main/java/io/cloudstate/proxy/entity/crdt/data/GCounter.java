package io.cloudstate.proxy.entity.crdt.data;

import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.GCounterDelta;
import io.cloudstate.proxy.entity.crdt.data.Edit.Edited;

/**
 * A counter that only grows. Each node's share is at most 2<sup>63</sup>-1, the value, their sum
 * without sign, at most 2<sup>64</sup>-1: both stop there.
 */
record GCounter(Dots presence, Slots<Long> shares) implements Value {

  static final GCounter ZERO = new GCounter(Dots.NONE, Slots.none());

  @Override
  public CrdtType type() {
    return CrdtType.GCOUNTER;
  }

  @Override
  public GCounter withPresence(Dots newPresence) {
    return new GCounter(newPresence, shares);
  }

  @Override
  public boolean hasContent() {
    return !shares.isEmpty();
  }

  private long value() {
    var sum = 0L;
    for (var share : shares.all()) {
      sum = Saturating.plusUnsigned(sum, share.content());
    }
    return sum;
  }

  @Override
  public GCounter join(Join join, Value that) {
    var other = (GCounter) that;
    return new GCounter(join.dots(presence, other.presence), join.slots(shares, other.shares));
  }

  @Override
  public Edited<GCounter> edit(Edit edit, CrdtDelta delta) {
    var increment = delta.getGcounter().getIncrement();
    if (increment < 0) {
      throw IllegalDelta.negativeIncrement(increment);
    }
    if (increment == 0) {
      return new Edited<>(this, ZERO);
    }
    var own = shares.sumOf(edit.own(), 0L, Saturating::plus);
    edit.drop(shares.dotsOf(edit.own()));
    var dot = edit.mint();
    var share = Saturating.plus(own, increment);
    return new Edited<>(
        new GCounter(presence, shares.replaced(dot, share)),
        new GCounter(Dots.NONE, Slots.of(dot, share)));
  }

  @Override
  public void gatherDots(Context.Builder dots) {
    dots.add(presence);
    dots.add(shares.dots());
  }

  @Override
  public GCounter prune(Pruning pruning) {
    var pruned = presence.prune(pruning);
    if (shares.dotsOf(pruning.removed()).isEmpty()) {
      return new GCounter(pruned, shares);
    }
    var share =
        Saturating.plus(
            shares.sumOf(pruning.removed(), 0L, Saturating::plus),
            shares.sumOf(pruning.heir(), 0L, Saturating::plus));
    return new GCounter(
        pruned,
        shares
            .withoutThoseOf(pruning.removed())
            .withoutThoseOf(pruning.heir())
            .plus(pruning.mint(), share));
  }

  @Override
  public CrdtDelta initialDelta(View view) {
    return delta(value());
  }

  @Override
  public Difference differenceFrom(Value previous, View seen, View view) {
    var before = ((GCounter) previous).value();
    var now = value();
    if (now == before) {
      return new Difference.None();
    }
    return Long.compareUnsigned(now, before) < 0
        ? new Difference.Incompatible()
        : new Difference.Delta(delta(now - before));
  }

  private static CrdtDelta delta(long increment) {
    return CrdtDelta.newBuilder()
        .setGcounter(GCounterDelta.newBuilder().setIncrement(increment))
        .build();
  }

  @Override
  public String shown() {
    return "GCounter(%s)".formatted(Long.toUnsignedString(value()));
  }
}
