package io.cloudstate.tck.suite.model;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.StringValue;
import io.cloudstate.protocol.CrdtOuterClass.CrdtClock;
import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.FlagDelta;
import io.cloudstate.protocol.CrdtOuterClass.GCounterDelta;
import io.cloudstate.protocol.CrdtOuterClass.GSetDelta;
import io.cloudstate.protocol.CrdtOuterClass.LWWRegisterDelta;
import io.cloudstate.protocol.CrdtOuterClass.ORMapDelta;
import io.cloudstate.protocol.CrdtOuterClass.ORMapEntryDelta;
import io.cloudstate.protocol.CrdtOuterClass.ORSetDelta;
import io.cloudstate.protocol.CrdtOuterClass.PNCounterDelta;
import io.cloudstate.protocol.CrdtOuterClass.VoteDelta;
import java.util.Comparator;
import java.util.List;

/** Changes of CRDTs as they travel, and the form in which two of them can be compared. */
final class Deltas {

  private static final String STRING = "p.cloudstate.io/string";

  private static final Comparator<Any> BY_TEXT =
      Comparator.comparing(element -> element.getValue().toStringUtf8());

  static CrdtDelta incremented(long amount) {
    return CrdtDelta.newBuilder()
        .setGcounter(GCounterDelta.newBuilder().setIncrement(amount))
        .build();
  }

  static CrdtDelta changed(long amount) {
    return CrdtDelta.newBuilder()
        .setPncounter(PNCounterDelta.newBuilder().setChange(amount))
        .build();
  }

  /** To a GSet. */
  static CrdtDelta put(String... elements) {
    return CrdtDelta.newBuilder()
        .setGset(GSetDelta.newBuilder().addAllAdded(texts(elements)))
        .build();
  }

  /** To an ORSet. */
  static CrdtDelta added(String... elements) {
    return set().added(elements).delta();
  }

  /** From an ORSet. */
  static CrdtDelta removed(String... elements) {
    return set().removed(elements).delta();
  }

  static OrSet set() {
    return new OrSet();
  }

  static CrdtDelta written(String value) {
    return written(value, CrdtClock.DEFAULT, 0);
  }

  static CrdtDelta written(String value, CrdtClock clock, long customValue) {
    return CrdtDelta.newBuilder()
        .setLwwregister(
            LWWRegisterDelta.newBuilder()
                .setValue(text(value))
                .setClock(clock)
                .setCustomClockValue(customValue))
        .build();
  }

  static CrdtDelta flagged(boolean isOn) {
    return CrdtDelta.newBuilder().setFlag(FlagDelta.newBuilder().setValue(isOn)).build();
  }

  static OrMap entries() {
    return new OrMap();
  }

  /** As the function tells it. */
  static CrdtDelta voted(boolean self) {
    return CrdtDelta.newBuilder().setVote(VoteDelta.newBuilder().setSelfVote(self)).build();
  }

  /** As the proxy tells it. */
  static CrdtDelta voted(boolean self, int votesFor, int totalVoters) {
    return CrdtDelta.newBuilder()
        .setVote(
            VoteDelta.newBuilder()
                .setSelfVote(self)
                .setVotesFor(votesFor)
                .setTotalVoters(totalVoters))
        .build();
  }

  /** A change of an ORSet, in the making. */
  static final class OrSet {
    private final ORSetDelta.Builder delta = ORSetDelta.newBuilder();

    OrSet cleared() {
      delta.setCleared(true);
      return this;
    }

    OrSet removed(String... elements) {
      delta.addAllRemoved(texts(elements));
      return this;
    }

    OrSet added(String... elements) {
      delta.addAllAdded(texts(elements));
      return this;
    }

    CrdtDelta delta() {
      return CrdtDelta.newBuilder().setOrset(delta).build();
    }
  }

  /** A change of an ORMap, in the making. */
  static final class OrMap {
    private final ORMapDelta.Builder delta = ORMapDelta.newBuilder();

    OrMap cleared() {
      delta.setCleared(true);
      return this;
    }

    OrMap removed(String... keys) {
      delta.addAllRemoved(texts(keys));
      return this;
    }

    OrMap updated(String key, CrdtDelta entry) {
      delta.addUpdated(entry(key, entry));
      return this;
    }

    OrMap added(String key, CrdtDelta entry) {
      delta.addAdded(entry(key, entry));
      return this;
    }

    CrdtDelta delta() {
      return CrdtDelta.newBuilder().setOrmap(delta).build();
    }

    private static ORMapEntryDelta entry(String key, CrdtDelta delta) {
      return ORMapEntryDelta.newBuilder().setKey(text(key)).setDelta(delta).build();
    }
  }

  /**
   * The change with what means nothing evened out: the order of elements and entries, and whether
   * an empty text is written out.
   */
  static CrdtDelta comparable(CrdtDelta delta) {
    var comparable = delta.toBuilder();
    switch (delta.getDeltaCase()) {
      case GSET ->
          comparable.setGset(
              GSetDelta.newBuilder().addAllAdded(sorted(delta.getGset().getAddedList())));
      case ORSET ->
          comparable.setOrset(
              delta.getOrset().toBuilder()
                  .clearRemoved()
                  .addAllRemoved(sorted(delta.getOrset().getRemovedList()))
                  .clearAdded()
                  .addAllAdded(sorted(delta.getOrset().getAddedList())));
      case LWWREGISTER ->
          comparable
              .getLwwregisterBuilder()
              .setValue(comparable(delta.getLwwregister().getValue()));
      case ORMAP ->
          comparable.setOrmap(
              delta.getOrmap().toBuilder()
                  .clearRemoved()
                  .addAllRemoved(sorted(delta.getOrmap().getRemovedList()))
                  .clearUpdated()
                  .addAllUpdated(sortedEntries(delta.getOrmap().getUpdatedList()))
                  .clearAdded()
                  .addAllAdded(sortedEntries(delta.getOrmap().getAddedList())));
      case GCOUNTER, PNCOUNTER, FLAG, VOTE, DELTA_NOT_SET -> {}
    }
    return comparable.build();
  }

  private static List<Any> sorted(List<Any> elements) {
    return elements.stream().map(Deltas::comparable).sorted(BY_TEXT).toList();
  }

  private static List<ORMapEntryDelta> sortedEntries(List<ORMapEntryDelta> entries) {
    return entries.stream()
        .map(
            entry ->
                entry.toBuilder()
                    .setKey(comparable(entry.getKey()))
                    .setDelta(comparable(entry.getDelta()))
                    .build())
        .sorted(Comparator.comparing(ORMapEntryDelta::getKey, BY_TEXT))
        .toList();
  }

  /** What is no text, or has more in it, stays as it is and will be found to differ. */
  private static Any comparable(Any element) {
    if (!element.getTypeUrl().equals(STRING)) {
      return element;
    }
    try {
      var text = StringValue.parseFrom(element.getValue());
      return element.toBuilder().setValue(text.toByteString()).build();
    } catch (InvalidProtocolBufferException e) {
      return element;
    }
  }

  private static List<Any> texts(String... texts) {
    return List.of(texts).stream().map(Deltas::text).toList();
  }

  private static Any text(String text) {
    return Any.newBuilder()
        .setTypeUrl(STRING)
        .setValue(StringValue.of(text).toByteString())
        .build();
  }

  private Deltas() {}
}
