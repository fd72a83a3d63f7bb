package io.cloudstate.proxy.entity.crdt.data;

import com.google.protobuf.Any;
import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.ORMapEntryDelta;
import io.cloudstate.protocol.CrdtOuterClass.VoteDelta;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a user function holds: the wire's deltas taken literally, as the support libraries do. Fails
 * where a delta does not fit what it is applied to.
 */
final class FunctionCopy {

  private final CrdtType type;
  private long number;
  private boolean isOn;
  private Any value = Any.getDefaultInstance();
  private final Set<Any> elements = new LinkedHashSet<>();
  private final Map<Any, FunctionCopy> entries = new LinkedHashMap<>();
  private VoteDelta vote = VoteDelta.getDefaultInstance();

  private FunctionCopy(CrdtType type) {
    this.type = type;
  }

  static FunctionCopy of(CrdtDelta initial) {
    var copy = new FunctionCopy(IllegalDelta.typeOf(initial));
    copy.apply(initial);
    return copy;
  }

  CrdtType type() {
    return type;
  }

  Map<Any, FunctionCopy> entries() {
    return entries;
  }

  Set<Any> elements() {
    return elements;
  }

  boolean isOn() {
    return isOn;
  }

  /** A copy that the function creates itself, alone as far as it knows. */
  static FunctionCopy created(CrdtDelta first) {
    var copy = new FunctionCopy(IllegalDelta.typeOf(first));
    copy.vote = VoteDelta.newBuilder().setTotalVoters(1).build();
    copy.write(first);
    return copy;
  }

  /** The function changes its copy. */
  void write(CrdtDelta delta) {
    apply(delta, true);
  }

  /** The proxy tells of a change. */
  void apply(CrdtDelta delta) {
    apply(delta, false);
  }

  private void apply(CrdtDelta delta, boolean isOwn) {
    expect(IllegalDelta.typeOf(delta) == type, "a delta of type " + type, delta);
    switch (type) {
      case GCOUNTER -> number += delta.getGcounter().getIncrement();
      case PNCOUNTER -> number += delta.getPncounter().getChange();
      case GSET -> elements.addAll(delta.getGset().getAddedList());
      case ORSET -> {
        if (delta.getOrset().getCleared()) {
          elements.clear();
        }
        for (var removed : delta.getOrset().getRemovedList()) {
          expect(elements.remove(removed), "removal of what is there", delta);
        }
        elements.addAll(delta.getOrset().getAddedList());
      }
      case LWWREGISTER -> value = delta.getLwwregister().getValue();
      case FLAG -> {
        expect(!isOn || delta.getFlag().getValue(), "a flag that stays on", delta);
        isOn = delta.getFlag().getValue();
      }
      case ORMAP -> applyToMap(delta, isOwn);
      case VOTE -> vote = isOwn ? voted(delta.getVote().getSelfVote()) : delta.getVote();
    }
  }

  private VoteDelta voted(boolean self) {
    var change = self == vote.getSelfVote() ? 0 : self ? 1 : -1;
    return vote.toBuilder().setSelfVote(self).setVotesFor(vote.getVotesFor() + change).build();
  }

  private void applyToMap(CrdtDelta delta, boolean isOwn) {
    var change = delta.getOrmap();
    if (change.getCleared()) {
      entries.clear();
    }
    for (var removed : change.getRemovedList()) {
      expect(entries.remove(removed) != null, "removal of what is there", delta);
    }
    for (var updated : change.getUpdatedList()) {
      var entry = entries.get(updated.getKey());
      if (entry == null) {
        throw new AssertionError("expected update of what is there, got " + delta);
      }
      entry.apply(updated.getDelta(), isOwn);
    }
    for (ORMapEntryDelta added : change.getAddedList()) {
      expect(!entries.containsKey(added.getKey()), "addition of what is not there", delta);
      entries.put(added.getKey(), isOwn ? created(added.getDelta()) : of(added.getDelta()));
    }
  }

  private static void expect(boolean holds, String what, CrdtDelta delta) {
    if (!holds) {
      throw new AssertionError("expected " + what + ", got " + delta);
    }
  }

  /** What all functions must hold alike: of a vote not the own one. */
  String shared() {
    return switch (type) {
      case GCOUNTER, PNCOUNTER -> type + " " + number;
      case FLAG -> type + " " + isOn;
      case LWWREGISTER -> type + " " + value.getValue().toStringUtf8();
      case GSET, ORSET -> {
        var sorted = new TreeSet<String>();
        elements.forEach(element -> sorted.add(element.getValue().toStringUtf8()));
        yield type + " " + sorted;
      }
      case VOTE -> "%s %d of %d".formatted(type, vote.getVotesFor(), vote.getTotalVoters());
      case ORMAP -> {
        var sorted = new TreeSet<String>();
        entries.forEach(
            (key, entry) -> sorted.add(key.getValue().toStringUtf8() + "=" + entry.shared()));
        yield type + " " + sorted;
      }
    };
  }
}
