package io.cloudstate.proxy.entity.crdt.data;

import io.cloudstate.protocol.CrdtOuterClass.CrdtClock;
import io.cloudstate.proxy.storage.replicator.Node;

/**
 * The application of one delta of a function: hands out dots and remembers which ones the change is
 * about. For one use.
 */
final class Edit {

  /** Who is changed. */
  enum Target {
    /** A replica: what is there already may win. */
    STORE,
    /** A function's copy: what the function did stands. */
    SHADOW
  }

  /** What an edit makes of a part of a CRDT: all of it, and what changed. */
  record Edited<T>(T value, T change) {}

  /** What all parts of an edit have in common. */
  private static final class Common {
    private long lastSeq;
    private boolean dependsOnTarget;

    Common(long lastSeq) {
      this.lastSeq = lastSeq;
    }
  }

  private final Target target;
  private final Node own;
  private final long nowMillis;
  private final Common common;
  private final long startSeq;
  private final Context.Builder touched = new Context.Builder();

  Edit(Target target, Node own, long nowMillis, long lastSeq) {
    this(target, own, nowMillis, new Common(lastSeq));
  }

  private Edit(Target target, Node own, long nowMillis, Common common) {
    this.target = target;
    this.own = own;
    this.nowMillis = nowMillis;
    this.common = common;
    this.startSeq = common.lastSeq;
  }

  /** A later part of the same edit, with a change and a context of its own. */
  Edit next() {
    return new Edit(target, own, nowMillis, common);
  }

  Target target() {
    common.dependsOnTarget = true;
    return target;
  }

  /** Whether nobody has asked who is changed. */
  boolean isSameForAll() {
    return !common.dependsOnTarget;
  }

  Node own() {
    return own;
  }

  Dot mint() {
    common.lastSeq++;
    var dot = new Dot(own, common.lastSeq);
    touched.add(dot);
    return dot;
  }

  /** The change removes or replaces what has these dots. */
  void drop(Dots dots) {
    touched.add(dots);
  }

  void drop(Context.Builder dots) {
    touched.add(dots);
  }

  /** Gives back the dots of a later part that is not used. */
  void undo(Edit next) {
    common.lastSeq = next.startSeq;
  }

  void include(Edit next) {
    touched.add(next.touched);
  }

  Context context() {
    return touched.build();
  }

  /** Section 10.2, without a timestamp before the first write. */
  long timestamp(CrdtClock clock, long custom, boolean isFirst, long before) {
    return switch (clock) {
      case DEFAULT, UNRECOGNIZED ->
          isFirst ? nowMillis : Math.max(nowMillis, Saturating.plus(before, 1));
      case REVERSE -> isFirst ? -nowMillis : Math.min(-nowMillis, Saturating.plus(before, -1));
      case CUSTOM -> custom;
      case CUSTOM_AUTO_INCREMENT ->
          isFirst || custom > before ? custom : Saturating.plus(before, 1);
    };
  }
}
