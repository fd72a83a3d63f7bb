package io.cloudstate.tck.reference;

import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.ORMapDelta;
import io.cloudstate.protocol.CrdtOuterClass.ORMapEntryDelta;
import io.cloudstate.tck.model.Crdt.ORMapEntryValue;
import io.cloudstate.tck.model.Crdt.ORMapValue;
import io.cloudstate.tck.model.Crdt.State;
import io.cloudstate.tck.model.Crdt.Update;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A map from texts to CRDTs of any type. An entry that is new in this command is told as added,
 * with all it holds; an older one as updated, with what has changed. A key that was removed and
 * came back is both removed and added: what comes back is another CRDT.
 */
final class OrMap implements Crdt {

  private final Map<String, Crdt> entries = new TreeMap<>();
  private final Set<String> removed = new TreeSet<>();
  private final Set<String> added = new TreeSet<>();
  private boolean isCleared;

  @Override
  public void update(Update update) {
    var change = update.getOrmap();
    switch (change.getActionCase()) {
      case ADD -> entry(change.getAdd());
      case UPDATE -> entry(change.getUpdate().getKey()).update(change.getUpdate().getUpdate());
      case REMOVE -> remove(change.getRemove());
      case CLEAR -> clear();
      case ACTION_NOT_SET -> {}
    }
  }

  private Crdt entry(String key) {
    return entries.computeIfAbsent(
        key,
        absent -> {
          added.add(absent);
          return Crdt.named(absent);
        });
  }

  private void remove(String key) {
    if (entries.remove(key) != null && !added.remove(key)) {
      removed.add(key);
    }
  }

  private void clear() {
    isCleared |= !entries.isEmpty();
    entries.clear();
    removed.clear();
    added.clear();
  }

  @Override
  public void apply(CrdtDelta delta) {
    var map = delta.getOrmap();
    if (map.getCleared()) {
      entries.clear();
    }
    map.getRemovedList().forEach(key -> entries.remove(Answers.text(key)));
    map.getUpdatedList().forEach(this::applyUpdated);
    map.getAddedList().forEach(this::applyAdded);
  }

  private void applyUpdated(ORMapEntryDelta entry) {
    var known = entries.get(Answers.text(entry.getKey()));
    if (known != null) {
      known.apply(entry.getDelta());
    }
  }

  private void applyAdded(ORMapEntryDelta entry) {
    var key = Answers.text(entry.getKey());
    var value = Crdt.named(key);
    value.apply(entry.getDelta());
    entries.put(key, value);
  }

  @Override
  public boolean hasChanged() {
    return isCleared || !removed.isEmpty() || !added.isEmpty() || !updated().isEmpty();
  }

  @Override
  public CrdtDelta change() {
    return CrdtDelta.newBuilder()
        .setOrmap(
            ORMapDelta.newBuilder()
                .setCleared(isCleared)
                .addAllRemoved(Sets.primitives(removed))
                .addAllUpdated(updated())
                .addAllAdded(added.stream().map(this::changeOf).toList()))
        .build();
  }

  private List<ORMapEntryDelta> updated() {
    return entries.entrySet().stream()
        .filter(entry -> !added.contains(entry.getKey()) && entry.getValue().hasChanged())
        .map(entry -> changeOf(entry.getKey()))
        .toList();
  }

  private ORMapEntryDelta changeOf(String key) {
    return ORMapEntryDelta.newBuilder()
        .setKey(Answers.primitive(key))
        .setDelta(entry(key).change())
        .build();
  }

  @Override
  public void forgetChange() {
    isCleared = false;
    removed.clear();
    added.clear();
    entries.values().forEach(Crdt::forgetChange);
  }

  @Override
  public State state() {
    var map = ORMapValue.newBuilder();
    entries.forEach(
        (key, value) ->
            map.addEntries(ORMapEntryValue.newBuilder().setKey(key).setValue(value.state())));
    return State.newBuilder().setOrmap(map).build();
  }
}
