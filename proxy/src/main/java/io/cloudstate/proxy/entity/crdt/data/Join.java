package io.cloudstate.proxy.entity.crdt.data;

/**
 * A join under way.
 *
 * @param ours the dots that one side knows
 * @param theirs the dots that the other side knows
 * @param isChange whether both sides are changes, so the result is one too: then it goes on naming
 *     what it removes
 */
record Join(Context ours, Context theirs, boolean isChange) {

  Join turned() {
    return new Join(/* ours= */ theirs, /* theirs= */ ours, isChange);
  }

  Dots dots(Dots one, Dots other) {
    return one.join(ours, other, theirs);
  }

  <V> Slots<V> slots(Slots<V> one, Slots<V> other) {
    return one.join(ours, other, theirs);
  }
}
