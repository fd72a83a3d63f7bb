package io.cloudstate.proxy.entity.crdt.data;

import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.ORMapEntryDelta;
import io.cloudstate.proxy.entity.crdt.data.Edit.Target;
import io.cloudstate.proxy.storage.replicator.Mergeable;
import io.cloudstate.proxy.storage.replicator.Node;
import java.util.HashMap;
import java.util.Optional;
import java.util.Set;

/**
 * A CRDT as one node holds it, or a change of one. Immutable.
 *
 * <p>All that it holds, in nested maps too, carries dots (who put it there, and the how manieth
 * change of theirs it was), and the CRDT knows which dots it has ever seen. What one side has and
 * the other has seen but no longer has, was removed; what the other has not seen is new to it. Thus
 * one rule merges values with values, values with changes and changes with each other, in any order
 * and any number of times.
 *
 * <p>Equality is identity: ask {@link #differenceFrom} whether two look the same.
 */
public final class Crdt implements Mergeable<Crdt> {

  private static final Crdt NOTHING = new Crdt(Entry.NONE, Context.EMPTY, false);

  private final Entry root;
  private final Context context;
  private final boolean isChange;

  Crdt(Entry root, Context context, boolean isChange) {
    this.root = root;
    this.context = context;
    this.isChange = isChange;
  }

  Entry root() {
    return root;
  }

  Context context() {
    return context;
  }

  boolean isChange() {
    return isChange;
  }

  /**
   * Applies a function's delta to this node's copy in the store. What loses against what is there,
   * like a register's write with an older clock, changes nothing. Refuses only what the function
   * may never send, and another type than the one that is there.
   *
   * @param before empty if there is no value yet: then the delta is applied to its type's zero
   * @param nowMillis the wall clock, for registers
   */
  public static Applied write(Optional<Crdt> before, CrdtDelta delta, Node own, long nowMillis) {
    return apply(Target.STORE, before, delta, own, nowMillis);
  }

  /**
   * As the other, with what {@link #hold} made of the same delta: if the store holds just what the
   * function did, that is it.
   */
  public static Applied write(
      Optional<Crdt> before, Applied.Changed held, CrdtDelta delta, Node own, long nowMillis) {
    var isDone = held.before() == before.orElse(NOTHING) && held.isSameForAll();
    return isDone ? held : write(before, delta, own, nowMillis);
  }

  /**
   * Applies a function's delta to what the function is known to hold, its shadow: unlike in the
   * store, whatever the function wrote stands, and what its copy cannot take is illegal. A shadow
   * is never merged with anything, and stored only where the store would come out the same.
   */
  public static Applied hold(Optional<Crdt> before, CrdtDelta delta, Node own, long nowMillis) {
    return apply(Target.SHADOW, before, delta, own, nowMillis);
  }

  private static Applied apply(
      Target target, Optional<Crdt> before, CrdtDelta delta, Node own, long nowMillis) {
    try {
      check(delta);
      var edit = new Edit(target, own, nowMillis, before.orElse(NOTHING).context.last(own));
      return before.orElse(NOTHING).apply(edit, delta);
    } catch (IllegalDelta illegal) {
      return new Applied.Illegal(illegal.reason());
    }
  }

  private Applied apply(Edit edit, CrdtDelta delta) {
    var type = IllegalDelta.typeOf(delta);
    var visible = root.visible();
    if (visible != null && visible.type() != type) {
      throw IllegalDelta.incompatible(type, visible);
    }
    var edited = root.valueOf(type).edit(edit, delta);
    var value = edited.value();
    var change = edited.change();
    if (value.presence().isEmpty()) {
      // new, or here only in part: then emptying it must not make it vanish
      var presence = Dots.of(edit.mint());
      value = value.withPresence(presence);
      change = change.withPresence(presence);
    }
    var touched = edit.context();
    return new Applied.Changed(
        this,
        new Crdt(root.with(value), context.plus(touched), false),
        new Crdt(Entry.changed(change), touched, true),
        edit.isSameForAll());
  }

  private static void check(CrdtDelta delta) {
    if (IllegalDelta.typeOf(delta) == CrdtType.ORMAP) {
      delta.getOrmap().getUpdatedList().forEach(Crdt::check);
      delta.getOrmap().getAddedList().forEach(Crdt::check);
    }
  }

  private static void check(ORMapEntryDelta entry) {
    if (!entry.hasKey()) {
      throw IllegalDelta.entryWithoutKey();
    }
    check(entry.getDelta());
  }

  /** The type that functions see; the same on all nodes once they know the same. */
  public CrdtType type() {
    return visible().type();
  }

  /**
   * Whether nodes created it, or an entry in it, as different types at one time. Then the type that
   * comes first in {@link CrdtType} is the one that is seen. Looks at every entry of a map.
   */
  public boolean hasTypeConflict() {
    return root.hasTypeConflict();
  }

  /** The value as a delta from the zero of its type. */
  public CrdtDelta initialDelta(View view) {
    return visible().initialDelta(view);
  }

  /**
   * What a function has to be told that holds an earlier value. Costs as much as the difference is
   * large, if one of the two was made from the other, or both from a third.
   *
   * @param seen the view with which the function was last told of {@code previous}
   * @param view today's
   */
  public Difference differenceFrom(Crdt previous, View seen, View view) {
    var before = previous.visible();
    var now = visible();
    return before.type() == now.type()
        ? now.differenceFrom(before, seen, view)
        : new Difference.Incompatible();
  }

  private Value visible() {
    var visible = root.visible();
    if (visible == null) {
      throw new IllegalStateException("asked for the value of a CRDT that does not exist");
    }
    return visible;
  }

  @Override
  public boolean exists() {
    return root.visible() != null;
  }

  @Override
  public Crdt merge(Crdt that) {
    if (this == that) {
      return this;
    }
    var both = isChange && that.isChange;
    return new Crdt(
        root.join(new Join(context, that.context, both), that.root),
        context.plus(that.context),
        both);
  }

  @Override
  public Crdt zero() {
    return NOTHING;
  }

  @Override
  public Set<Node> contributors() {
    return context.nodes();
  }

  @Override
  public Crdt prune(Node removed, Node heir) {
    var before = context.last(heir);
    var pruning = new Pruning(removed, heir, before);
    var pruned = root.prune(pruning);
    var known = context.without(removed);
    if (pruning.lastSeq() > before) {
      known = known.plus(Context.range(heir, before + 1, pruning.lastSeq()));
    }
    return new Crdt(pruned, known, isChange);
  }

  @Override
  public Crdt cleanUp(Node removed) {
    var goneWith = new HashMap<Node, long[]>();
    context.forEach(
        (node, ranges) -> {
          if (node.equals(removed)) {
            goneWith.put(node, ranges);
          }
        });
    var without = root.join(new Join(context, Context.of(goneWith), isChange), Entry.NONE);
    return new Crdt(without, context.without(removed), isChange);
  }

  /** Shows the type, never what is in it. */
  @Override
  public String toString() {
    var visible = root.visible();
    return (isChange ? "change of " : "") + (visible == null ? "nothing" : visible.shown());
  }
}
