package io.cloudstate.proxy.entity.crdt.data;

import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.ORMapDelta;
import io.cloudstate.protocol.CrdtOuterClass.ORMapEntryDelta;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.entity.EntityMessages;
import io.cloudstate.proxy.entity.crdt.data.Edit.Edited;
import java.util.ArrayList;

/**
 * A map of CRDTs. Changing an entry wins over removing it at the same time; but all that the
 * remover knew of it is gone, and does not come back when the entry is added again.
 */
record ORMap(Dots presence, Parts<Entry> entries) implements Value {

  static final ORMap ZERO = new ORMap(Dots.NONE, Parts.none());

  @Override
  public CrdtType type() {
    return CrdtType.ORMAP;
  }

  @Override
  public ORMap withPresence(Dots newPresence) {
    return new ORMap(newPresence, entries);
  }

  @Override
  public boolean hasContent() {
    return !entries.isEmpty();
  }

  boolean hasTypeConflict() {
    var found = new boolean[1];
    entries.byKey().forEach((key, entry) -> found[0] |= entry.hasTypeConflict());
    return found[0];
  }

  @Override
  public ORMap join(Join join, Value that) {
    var other = (ORMap) that;
    return new ORMap(
        join.dots(presence, other.presence), entries.join(join, other.entries, Entry.KIND));
  }

  @Override
  public Edited<ORMap> edit(Edit edit, CrdtDelta delta) {
    var wanted = delta.getOrmap();
    var editing = new Editing(edit, entries.byKey());
    if (wanted.getCleared()) {
      editing.clear();
    }
    wanted.getRemovedList().forEach(key -> editing.remove(Elements.payload(key)));
    wanted.getUpdatedList().forEach(editing::update);
    wanted.getAddedList().forEach(editing::add);
    return new Edited<>(
        new ORMap(presence, new Parts<>(editing.all, true)),
        new ORMap(Dots.NONE, new Parts<>(editing.change, editing.isCleared)));
  }

  /** The steps of a delta, each applied to what the one before left. */
  private static final class Editing {

    private final Edit edit;
    private PayloadMap<Entry> all;
    private PayloadMap<Entry> change = PayloadMap.empty();
    private boolean isCleared;

    private Editing(Edit edit, PayloadMap<Entry> all) {
      this.edit = edit;
      this.all = all;
    }

    void clear() {
      all.forEach((key, entry) -> drop(edit, entry));
      all = PayloadMap.empty();
      isCleared = true;
    }

    void remove(Payload key) {
      var entry = all.get(key);
      if (entry != null) {
        drop(edit, entry);
        all = all.without(key);
        change = change.with(key, Entry.NONE);
      }
    }

    /** Skipped if the entry was removed, or removed and added again, meanwhile. */
    void update(ORMapEntryDelta delta) {
      var key = Elements.payload(delta.getKey());
      var entry = all.get(key);
      if (entry == null) {
        return;
      }
      var value = entry.visible();
      if (value == null || value.type() != IllegalDelta.typeOf(delta.getDelta())) {
        return;
      }
      var step = edit.next();
      try {
        var edited = value.edit(step, delta.getDelta());
        if (value.presence().isEmpty()) {
          putPresent(key, entry, edited, step);
        } else {
          put(key, entry.with(edited.value()), edited.change(), step);
        }
      } catch (IllegalDelta skipped) {
        edit.undo(step);
      }
    }

    /** On a replica another node may have added the key as another type: then both stay. */
    void add(ORMapEntryDelta delta) {
      var key = Elements.payload(delta.getKey());
      var type = IllegalDelta.typeOf(delta.getDelta());
      var found = all.get(key);
      var entry = found == null ? Entry.NONE : found;
      var visible = entry.visible();
      if (visible != null && visible.type() != type && edit.target() == Edit.Target.SHADOW) {
        throw IllegalDelta.incompatible(type, visible);
      }
      var step = edit.next();
      var value = entry.valueOf(type);
      var edited = value.edit(step, delta.getDelta());
      step.drop(value.presence());
      putPresent(key, entry, edited, step);
    }

    private void putPresent(Payload key, Entry entry, Edited<? extends Value> edited, Edit step) {
      var presence = Dots.of(step.mint());
      put(
          key,
          entry.with(edited.value().withPresence(presence)),
          edited.change().withPresence(presence),
          step);
    }

    private void put(Payload key, Entry entry, Value changed, Edit step) {
      all = all.with(key, entry);
      var earlier = change.get(key);
      if (earlier == null && isCleared) {
        earlier = Entry.NONE;
      }
      var now = Entry.changed(changed);
      change =
          change.with(
              key,
              earlier == null
                  ? now
                  : earlier.join(new Join(edit.context(), step.context(), true), now));
      edit.include(step);
    }

    private static void drop(Edit edit, Entry entry) {
      var dots = new Context.Builder();
      entry.gatherDots(dots);
      edit.drop(dots);
    }
  }

  @Override
  public void gatherDots(Context.Builder dots) {
    dots.add(presence);
    entries.byKey().forEach((key, entry) -> entry.gatherDots(dots));
  }

  @Override
  public ORMap prune(Pruning pruning) {
    var keys = new ArrayList<Payload>();
    entries.byKey().forEach((key, entry) -> keys.add(key));
    var pruned = entries.byKey();
    for (var key : keys) {
      var entry = pruned.get(key);
      pruned = entry == null ? pruned : pruned.with(key, entry.prune(pruning));
    }
    return new ORMap(presence.prune(pruning), new Parts<>(pruned, entries.isWhole()));
  }

  @Override
  public CrdtDelta initialDelta(View view) {
    var delta = ORMapDelta.newBuilder();
    entries
        .byKey()
        .forEach(
            (key, entry) -> {
              var value = entry.visible();
              if (value != null) {
                delta.addAdded(entryDelta(key, value.initialDelta(view)));
              }
            });
    return delta(delta);
  }

  @Override
  public Difference differenceFrom(Value previous, View seen, View view) {
    var before = ((ORMap) previous).entries.byKey();
    if (entries.isEmpty()) {
      return before.isEmpty()
          ? new Difference.None()
          : new Difference.Delta(delta(ORMapDelta.newBuilder().setCleared(true)));
    }
    var compared = new Compared(seen, view);
    // who sees other members than before sees other votes, in entries that did not change too
    entries.byKey().changesFrom(before, !seen.equals(view), compared);
    return compared.isDifferent
        ? new Difference.Delta(delta(compared.delta))
        : new Difference.None();
  }

  /** Writes down how entries differ. */
  private static final class Compared implements PayloadMap.Changes<Entry> {

    private final View seen;
    private final View view;
    private final ORMapDelta.Builder delta = ORMapDelta.newBuilder();
    private boolean isDifferent;

    private Compared(View seen, View view) {
      this.seen = seen;
      this.view = view;
    }

    @Override
    public void added(Payload key, Entry entry) {
      var value = entry.visible();
      if (value != null) {
        delta.addAdded(entryDelta(key, value.initialDelta(view)));
        isDifferent = true;
      }
    }

    @Override
    public void removed(Payload key, Entry entry) {
      delta.addRemoved(EntityMessages.any(key));
      isDifferent = true;
    }

    @Override
    public void changed(Payload key, Entry before, Entry after) {
      var was = before.visible();
      var is = after.visible();
      if (was == null || is == null) {
        throw new IllegalStateException("entry without a value");
      }
      var difference =
          was.type() == is.type()
              ? is.differenceFrom(was, seen, view)
              : new Difference.Incompatible();
      if (difference instanceof Difference.Delta change) {
        delta.addUpdated(entryDelta(key, change.delta()));
        isDifferent = true;
      } else if (difference instanceof Difference.Incompatible) {
        removed(key, before);
        added(key, after);
      }
    }
  }

  private static ORMapEntryDelta entryDelta(Payload key, CrdtDelta delta) {
    return ORMapEntryDelta.newBuilder().setKey(EntityMessages.any(key)).setDelta(delta).build();
  }

  private static CrdtDelta delta(ORMapDelta.Builder delta) {
    return CrdtDelta.newBuilder().setOrmap(delta).build();
  }

  @Override
  public String shown() {
    return "ORMap(%d entries)".formatted(entries.byKey().size());
  }
}
