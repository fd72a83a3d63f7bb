package io.cloudstate.proxy.entity.crdt.data;

import io.cloudstate.proxy.call.Payload;

/**
 * The many parts of a set or a map, or changes of some of them.
 *
 * @param isWhole whether nothing else is there. If not, parts that are not named are unchanged
 */
record Parts<P>(PayloadMap<P> byKey, boolean isWhole) {

  /** How parts of one kind are joined. */
  interface Kind<P> {

    /** What a part is that is known not to be there. */
    P nothing();

    boolean isEmpty(P part);

    P join(Join join, P one, P other);
  }

  static <P> Parts<P> none() {
    return new Parts<>(PayloadMap.empty(), true);
  }

  static <P> Parts<P> unchanged() {
    return new Parts<>(PayloadMap.empty(), false);
  }

  boolean isEmpty() {
    return byKey.isEmpty();
  }

  Parts<P> join(Join join, Parts<P> that, Kind<P> kind) {
    if (that.isWhole && !isWhole) {
      return that.join(join.turned(), this, kind);
    }
    var joining = new Joining<>(this, join, kind);
    if (that.isWhole) {
      that.byKey.changesFrom(byKey, false, joining);
    } else {
      that.byKey.forEach(joining::named);
    }
    return new Parts<>(joining.result, isWhole);
  }

  /** Begins with the parts of one side, and puts the other's into it. */
  private static final class Joining<P> implements PayloadMap.Changes<P> {

    private final Parts<P> one;
    private final Join join;
    private final Kind<P> kind;
    private PayloadMap<P> result;

    private Joining(Parts<P> one, Join join, Kind<P> kind) {
      this.one = one;
      this.join = join;
      this.kind = kind;
      this.result = one.byKey;
    }

    void named(Payload key, P theirs) {
      var ours = one.byKey.get(key);
      if (ours != null) {
        changed(key, ours, theirs);
      } else if (one.isWhole) {
        added(key, theirs);
      } else {
        result = result.with(key, theirs);
      }
    }

    @Override
    public void added(Payload key, P theirs) {
      put(key, kind.join(join, kind.nothing(), theirs));
    }

    @Override
    public void removed(Payload key, P ours) {
      changed(key, ours, kind.nothing());
    }

    @Override
    public void changed(Payload key, P ours, P theirs) {
      var joined = kind.join(join, ours, theirs);
      if (joined != ours) {
        put(key, joined);
      }
    }

    private void put(Payload key, P part) {
      result =
          kind.isEmpty(part) && !join.isChange() ? result.without(key) : result.with(key, part);
    }
  }
}
