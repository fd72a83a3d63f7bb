package io.cloudstate.proxy.entity.crdt.data;

import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.ORSetDelta;
import io.cloudstate.proxy.entity.crdt.data.Edit.Edited;

/** A set in which adding wins over removing at the same time. */
record ORSet(Dots presence, Parts<Dots> elements) implements Value {

  static final ORSet ZERO = new ORSet(Dots.NONE, Parts.none());

  @Override
  public CrdtType type() {
    return CrdtType.ORSET;
  }

  @Override
  public ORSet withPresence(Dots newPresence) {
    return new ORSet(newPresence, elements);
  }

  @Override
  public boolean hasContent() {
    return !elements.isEmpty();
  }

  @Override
  public ORSet join(Join join, Value that) {
    var other = (ORSet) that;
    return new ORSet(
        join.dots(presence, other.presence), elements.join(join, other.elements, Elements.KIND));
  }

  @Override
  public Edited<ORSet> edit(Edit edit, CrdtDelta delta) {
    var wanted = delta.getOrset();
    var all = elements.byKey();
    var change = PayloadMap.<Dots>empty();
    if (wanted.getCleared()) {
      all.forEach((element, dots) -> edit.drop(dots));
      all = PayloadMap.empty();
    }
    for (var removed : wanted.getRemovedList()) {
      var element = Elements.payload(removed);
      var dots = all.get(element);
      if (dots != null) {
        edit.drop(dots);
        all = all.without(element);
        change = change.with(element, Dots.NONE);
      }
    }
    for (var added : wanted.getAddedList()) {
      var element = Elements.payload(added);
      var before = all.get(element);
      if (before != null) {
        edit.drop(before);
      }
      var dots = Dots.of(edit.mint());
      all = all.with(element, dots);
      change = change.with(element, dots);
    }
    return new Edited<>(
        new ORSet(presence, new Parts<>(all, true)),
        new ORSet(Dots.NONE, new Parts<>(change, wanted.getCleared())));
  }

  @Override
  public void gatherDots(Context.Builder dots) {
    dots.add(presence);
    Elements.gatherDots(elements, dots);
  }

  @Override
  public ORSet prune(Pruning pruning) {
    return new ORSet(presence.prune(pruning), Elements.prune(elements, pruning));
  }

  @Override
  public CrdtDelta initialDelta(View view) {
    return delta(ORSetDelta.newBuilder().addAllAdded(Elements.all(elements)));
  }

  /** Section 10.1: emptied and filled again where that is shorter. */
  @Override
  public Difference differenceFrom(Value previous, View seen, View view) {
    var compared = new Elements.Compared(((ORSet) previous).elements, elements);
    var changes = compared.added.size() + compared.removed.size();
    if (changes == 0) {
      return new Difference.None();
    }
    var delta = ORSetDelta.newBuilder();
    if (changes > elements.byKey().size()) {
      delta.setCleared(true).addAllAdded(Elements.all(elements));
    } else {
      delta.addAllRemoved(compared.removed).addAllAdded(compared.added);
    }
    return new Difference.Delta(delta(delta));
  }

  private static CrdtDelta delta(ORSetDelta.Builder delta) {
    return CrdtDelta.newBuilder().setOrset(delta).build();
  }

  @Override
  public String shown() {
    return "ORSet(%d elements)".formatted(elements.byKey().size());
  }
}
