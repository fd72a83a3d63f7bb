package io.cloudstate.proxy.entity.crdt.data;

import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.GSetDelta;
import io.cloudstate.proxy.entity.crdt.data.Edit.Edited;

/** A set that only grows. */
record GSet(Dots presence, Parts<Dots> elements) implements Value {

  static final GSet ZERO = new GSet(Dots.NONE, Parts.none());

  @Override
  public CrdtType type() {
    return CrdtType.GSET;
  }

  @Override
  public GSet withPresence(Dots newPresence) {
    return new GSet(newPresence, elements);
  }

  @Override
  public boolean hasContent() {
    return !elements.isEmpty();
  }

  @Override
  public GSet join(Join join, Value that) {
    var other = (GSet) that;
    return new GSet(
        join.dots(presence, other.presence), elements.join(join, other.elements, Elements.KIND));
  }

  @Override
  public Edited<GSet> edit(Edit edit, CrdtDelta delta) {
    var all = elements.byKey();
    var change = PayloadMap.<Dots>empty();
    for (var added : delta.getGset().getAddedList()) {
      var element = Elements.payload(added);
      if (all.get(element) == null) {
        var dots = Dots.of(edit.mint());
        all = all.with(element, dots);
        change = change.with(element, dots);
      }
    }
    return new Edited<>(
        new GSet(presence, new Parts<>(all, true)),
        new GSet(Dots.NONE, new Parts<>(change, false)));
  }

  @Override
  public void gatherDots(Context.Builder dots) {
    dots.add(presence);
    Elements.gatherDots(elements, dots);
  }

  @Override
  public GSet prune(Pruning pruning) {
    return new GSet(presence.prune(pruning), Elements.prune(elements, pruning));
  }

  @Override
  public CrdtDelta initialDelta(View view) {
    return CrdtDelta.newBuilder()
        .setGset(GSetDelta.newBuilder().addAllAdded(Elements.all(elements)))
        .build();
  }

  @Override
  public Difference differenceFrom(Value previous, View seen, View view) {
    var compared = new Elements.Compared(((GSet) previous).elements, elements);
    if (!compared.removed.isEmpty()) {
      return new Difference.Incompatible();
    }
    return compared.added.isEmpty()
        ? new Difference.None()
        : new Difference.Delta(
            CrdtDelta.newBuilder()
                .setGset(GSetDelta.newBuilder().addAllAdded(compared.added))
                .build());
  }

  @Override
  public String shown() {
    return "GSet(%d elements)".formatted(elements.byKey().size());
  }
}
