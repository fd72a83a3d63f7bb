package io.cloudstate.tck.reference;

import com.google.protobuf.Any;
import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.GSetDelta;
import io.cloudstate.protocol.CrdtOuterClass.ORSetDelta;
import io.cloudstate.tck.model.Crdt.GSetValue;
import io.cloudstate.tck.model.Crdt.ORSetValue;
import io.cloudstate.tck.model.Crdt.State;
import io.cloudstate.tck.model.Crdt.Update;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The two sets of texts. */
final class Sets {

  /** Only grows. */
  static final class Growing implements Crdt {
    private final Set<String> elements = new TreeSet<>();
    private final Set<String> added = new TreeSet<>();

    @Override
    public void update(Update update) {
      if (update.hasGset() && elements.add(update.getGset().getAdd())) {
        added.add(update.getGset().getAdd());
      }
    }

    @Override
    public void apply(CrdtDelta delta) {
      elements.addAll(texts(delta.getGset().getAddedList()));
    }

    @Override
    public boolean hasChanged() {
      return !added.isEmpty();
    }

    @Override
    public CrdtDelta change() {
      return CrdtDelta.newBuilder()
          .setGset(GSetDelta.newBuilder().addAllAdded(primitives(added)))
          .build();
    }

    @Override
    public void forgetChange() {
      added.clear();
    }

    @Override
    public State state() {
      return State.newBuilder().setGset(GSetValue.newBuilder().addAllElements(elements)).build();
    }
  }

  /**
   * Elements come and go. What comes and goes within one command was never there; what goes and
   * comes back was never away.
   */
  static final class ObservedRemoved implements Crdt {
    private final Set<String> elements = new TreeSet<>();
    private final Set<String> removed = new TreeSet<>();
    private final Set<String> added = new TreeSet<>();
    private boolean isCleared;

    @Override
    public void update(Update update) {
      var change = update.getOrset();
      switch (change.getActionCase()) {
        case ADD -> add(change.getAdd());
        case REMOVE -> remove(change.getRemove());
        case CLEAR -> clear();
        case ACTION_NOT_SET -> {}
      }
    }

    private void add(String element) {
      if (elements.add(element) && !removed.remove(element)) {
        added.add(element);
      }
    }

    private void remove(String element) {
      if (elements.remove(element) && !added.remove(element)) {
        removed.add(element);
      }
    }

    private void clear() {
      isCleared |= !elements.isEmpty();
      elements.clear();
      removed.clear();
      added.clear();
    }

    @Override
    public void apply(CrdtDelta delta) {
      if (delta.getOrset().getCleared()) {
        elements.clear();
      }
      elements.removeAll(texts(delta.getOrset().getRemovedList()));
      elements.addAll(texts(delta.getOrset().getAddedList()));
    }

    @Override
    public boolean hasChanged() {
      return isCleared || !removed.isEmpty() || !added.isEmpty();
    }

    @Override
    public CrdtDelta change() {
      return CrdtDelta.newBuilder()
          .setOrset(
              ORSetDelta.newBuilder()
                  .setCleared(isCleared)
                  .addAllRemoved(primitives(removed))
                  .addAllAdded(primitives(added)))
          .build();
    }

    @Override
    public void forgetChange() {
      isCleared = false;
      removed.clear();
      added.clear();
    }

    @Override
    public State state() {
      return State.newBuilder().setOrset(ORSetValue.newBuilder().addAllElements(elements)).build();
    }
  }

  static List<Any> primitives(Collection<String> texts) {
    return texts.stream().map(Answers::primitive).toList();
  }

  static List<String> texts(Collection<Any> primitives) {
    return primitives.stream().map(Answers::text).toList();
  }

  private Sets() {}
}
