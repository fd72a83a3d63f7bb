package io.cloudstate.proxy.entity.crdt.data;

import static io.cloudstate.proxy.entity.crdt.data.Deltas.any;
import static io.cloudstate.proxy.entity.crdt.data.Deltas.anys;
import static io.cloudstate.proxy.entity.crdt.data.Deltas.entry;
import static io.cloudstate.proxy.entity.crdt.data.Deltas.flag;
import static io.cloudstate.proxy.entity.crdt.data.Deltas.gcounter;
import static io.cloudstate.proxy.entity.crdt.data.Deltas.gset;
import static io.cloudstate.proxy.entity.crdt.data.Deltas.map;
import static io.cloudstate.proxy.entity.crdt.data.Deltas.mapAdded;
import static io.cloudstate.proxy.entity.crdt.data.Deltas.mapRemoved;
import static io.cloudstate.proxy.entity.crdt.data.Deltas.mapUpdated;
import static io.cloudstate.proxy.entity.crdt.data.Deltas.orset;
import static io.cloudstate.proxy.entity.crdt.data.Deltas.pncounter;
import static io.cloudstate.proxy.entity.crdt.data.Deltas.register;
import static io.cloudstate.proxy.entity.crdt.data.Deltas.vote;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import io.cloudstate.protocol.CrdtOuterClass.CrdtClock;
import io.cloudstate.protocol.CrdtOuterClass.CrdtDelta;
import io.cloudstate.protocol.CrdtOuterClass.ORMapDelta;
import io.cloudstate.protocol.CrdtOuterClass.ORMapEntryDelta;
import io.cloudstate.proxy.storage.replicator.Node;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The tables of spec/crdt.md 10, and rows 16, 17, 22, 23 and 24 of 15. */
class CrdtTest {

  private static final Node A = new Node("akka://cloudstate@10.0.0.1:2552", 1);
  private static final Node B = new Node("akka://cloudstate@10.0.0.2:2552", 2);
  private static final Node C = new Node("akka://cloudstate@10.0.0.3:2552", 3);
  private static final View VIEW = new View(A, Set.of(A, B, C));
  private static final long NOW = 1000;

  @ParameterizedTest
  @EnumSource
  void anEmptyDeltaCreatesAnEmptyValue(CrdtType type) {
    var created = written(Deltas.empty(type));

    assertThat(created.exists()).isTrue();
    assertThat(created.type()).isEqualTo(type);
    assertThat(FunctionCopy.of(created.initialDelta(VIEW)).type()).isEqualTo(type);
    assertThat(difference(created, created)).isInstanceOf(Difference.None.class);
  }

  @Test
  void aDeltaWithNothingSetIsEmpty() {
    assertThat(illegal(CrdtDelta.getDefaultInstance())).isEqualTo("Empty delta");
    assertThat(illegal(mapAdded("a", CrdtDelta.getDefaultInstance()))).isEqualTo("Empty delta");
    assertThat(illegal(mapUpdated("a", CrdtDelta.getDefaultInstance()))).isEqualTo("Empty delta");
    assertThat(
            illegal(
                map(
                    ORMapDelta.newBuilder()
                        .addAdded(ORMapEntryDelta.newBuilder().setKey(any("a"))))))
        .isEqualTo("Empty delta");
  }

  @Test
  void aMapEntryNeedsAKey() {
    assertThat(
            illegal(
                map(
                    ORMapDelta.newBuilder()
                        .addAdded(ORMapEntryDelta.newBuilder().setDelta(gcounter(1))))))
        .isEqualTo("Map entry delta without key");
  }

  @ParameterizedTest
  @CsvSource({
    "GCOUNTER, PNCOUNTER, PNCounterDelta is incompatible with CRDT GCounter(0)",
    "PNCOUNTER, GCOUNTER, GCounterDelta is incompatible with CRDT PNCounter(0)",
    "GSET, ORSET, ORSetDelta is incompatible with CRDT GSet(0 elements)",
    "ORSET, GSET, GSetDelta is incompatible with CRDT ORSet(0 elements)",
    "FLAG, LWWREGISTER, LWWRegisterDelta is incompatible with CRDT Flag(false)",
    "ORMAP, FLAG, FlagDelta is incompatible with CRDT ORMap(0 entries)",
    "VOTE, ORMAP, ORMap is incompatible with CRDT Vote(0 for)",
    "GCOUNTER, VOTE, Vote is incompatible with CRDT GCounter(0)"
  })
  void aDeltaOfAnotherTypeIsIncompatible(CrdtType held, CrdtType sent, String reason) {
    var value = written(Deltas.empty(held));

    assertThat(Crdt.hold(Optional.of(value), Deltas.empty(sent), A, NOW))
        .isEqualTo(new Applied.Illegal(reason));
    assertThat(Crdt.write(Optional.of(value), Deltas.empty(sent), A, NOW))
        .isEqualTo(new Applied.Illegal(reason));
  }

  @Test
  void aGCounterCannotBeDecremented() {
    assertThat(illegal(gcounter(-5)))
        .isEqualTo("Cannot decrement a GCounter, requested amount was -5");
  }

  @Test
  void countersTellWhatWasAdded() {
    assertThat(delta(written(gcounter(2)), written(gcounter(2), gcounter(40))))
        .isEqualTo(gcounter(40));
    assertThat(delta(written(pncounter(2)), written(pncounter(2), pncounter(-40))))
        .isEqualTo(pncounter(-40));
    assertThat(difference(written(gcounter(3)), written(gcounter(2))))
        .isInstanceOf(Difference.Incompatible.class);
  }

  /** Row 22: they stop at the end of their range. */
  @Test
  void countersSaturate() {
    var max = Long.MAX_VALUE;
    assertThat(written(gcounter(max), gcounter(max)).initialDelta(VIEW)).isEqualTo(gcounter(max));
    assertThat(written(pncounter(max), pncounter(max)).initialDelta(VIEW))
        .isEqualTo(pncounter(max));
    assertThat(written(pncounter(Long.MIN_VALUE), pncounter(-1)).initialDelta(VIEW))
        .isEqualTo(pncounter(-max));
    var onTwoNodes = written(gcounter(max)).merge(writtenBy(B, gcounter(max)));
    assertThat(onTwoNodes.initialDelta(VIEW)).isEqualTo(gcounter(-2));
    var onThree = onTwoNodes.merge(writtenBy(C, gcounter(max)));
    assertThat(onThree.initialDelta(VIEW)).isEqualTo(gcounter(-1));
    assertThat(delta(onTwoNodes, onThree)).isEqualTo(gcounter(1));
  }

  @Test
  void aGSetTellsNewElementsAndCannotLoseAny() {
    assertThat(delta(written(gset("a")), written(gset("a", "b")))).isEqualTo(gset("b"));
    assertThat(difference(written(gset("a", "b")), written(gset("a"))))
        .isInstanceOf(Difference.Incompatible.class);
  }

  @ParameterizedTest
  @CsvSource({
    "'',        '',        ,      '',  ''",
    "a b,       a b,       ,      '',  ''",
    "a b,       '',        true,  '',  ''",
    "a b c,     a b c d,   false, '',  d",
    "a b c d,   a b c,     false, d,   ''",
    "a b c,     a d,       true,  '',  a d",
    "a b c d,   b c d e,   false, a,   e",
    "a,         b,         true,  '',  b"
  })
  void anORSetTellsTheShorterOfItsChangesAndItsContent(
      String before, String after, Boolean cleared, String removed, String added) {
    var difference = difference(written(orset(words(before))), written(orset(words(after))));

    if (cleared == null) {
      assertThat(difference).isInstanceOf(Difference.None.class);
    } else {
      var delta = ((Difference.Delta) difference).delta().getOrset();
      assertThat(delta.getCleared()).isEqualTo(cleared);
      assertThat(delta.getRemovedList()).containsExactlyInAnyOrderElementsOf(anys(words(removed)));
      assertThat(delta.getAddedList()).containsExactlyInAnyOrderElementsOf(anys(words(added)));
    }
  }

  @Test
  void anORSetIsClearedThenRemovedFromThenAddedTo() {
    var set = written(orset("a", "b"), orset(true, anys("a"), anys("c", "a")));
    assertThat(elements(set)).containsExactlyInAnyOrderElementsOf(anys("a", "c"));
  }

  @Test
  void addingToAnORSetWinsOverRemovingAtTheSameTime() {
    var both = written(orset("a", "b"));
    var removed = applied(both, A, orset(false, anys("a"), List.of())).value();
    var added = applied(both, B, orset("a")).value();
    assertThat(elements(removed.merge(added))).containsExactlyInAnyOrderElementsOf(anys("a", "b"));
    assertThat(elements(removed.merge(both))).containsExactly(any("b"));
  }

  @Test
  void clearingAnORSetLeavesWhatItHadNotSeen() {
    var both = written(orset("a", "b"));
    var cleared = applied(both, A, orset(true, List.of(), List.of()));
    var added = applied(both, B, orset("c"));
    assertThat(elements(added.value().merge(cleared.change()))).containsExactly(any("c"));
    assertThat(elements(cleared.value().merge(added.change()))).containsExactly(any("c"));
  }

  @ParameterizedTest
  @CsvSource({
    // first write        second write             winner in the store
    "DEFAULT, 0,           DEFAULT, 0,              second",
    "DEFAULT, 0,           REVERSE, 0,              first",
    "REVERSE, 0,           REVERSE, 0,              first",
    "CUSTOM, 10,           CUSTOM, 9,               first",
    "CUSTOM, 10,           CUSTOM, 10,              second",
    "CUSTOM, 10,           CUSTOM, 11,              second",
    "CUSTOM, 10,           CUSTOM_AUTO_INCREMENT, 5, second",
    "CUSTOM_AUTO_INCREMENT, 5, CUSTOM, 6,           second",
    "CUSTOM_AUTO_INCREMENT, 5, CUSTOM, 4,           first"
  })
  void registersGoByTheirClocks(
      CrdtClock clock, long custom, CrdtClock nextClock, long next, String winner) {
    var first = written(register("first", clock, custom));
    var second = register("second", nextClock, next);

    assertThat(written(first, second).initialDelta(VIEW)).isEqualTo(register(winner));
    // the function's copy takes it in any case
    assertThat(held(first, second).initialDelta(VIEW)).isEqualTo(register("second"));
  }

  /** Row 17. */
  @Test
  void theFirstAutoIncrementedWriteHasTheGivenTimestamp() {
    var first = written(register("first", CrdtClock.CUSTOM_AUTO_INCREMENT, 5));
    assertThat(written(first, register("second", CrdtClock.CUSTOM, 6)).initialDelta(VIEW))
        .isEqualTo(register("second"));
  }

  @Test
  void ofEquallyOldWritesTheNodeWithTheSmallerAddressWins() {
    var ours = writtenBy(A, register("ours", CrdtClock.CUSTOM, 5));
    var theirs = writtenBy(B, register("theirs", CrdtClock.CUSTOM, 5));
    assertThat(ours.merge(theirs).initialDelta(VIEW)).isEqualTo(register("ours"));
    assertThat(theirs.merge(ours).initialDelta(VIEW)).isEqualTo(register("ours"));
    var later = writtenBy(B, register("later", CrdtClock.CUSTOM, 6));
    assertThat(ours.merge(later).initialDelta(VIEW)).isEqualTo(register("later"));
  }

  @Test
  void aFlagStaysOn() {
    assertThat(Crdt.hold(Optional.of(written(flag(true))), flag(false), A, NOW))
        .isEqualTo(new Applied.Illegal("Cannot switch off already enabled flag"));
    // another node switched it on meanwhile: not this function's mistake
    assertThat(written(flag(true), flag(false)).initialDelta(VIEW)).isEqualTo(flag(true));
    assertThat(delta(written(flag(false)), written(flag(true)))).isEqualTo(flag(true));
    assertThat(difference(written(flag(true)), written(flag(false))))
        .isInstanceOf(Difference.Incompatible.class);
  }

  @Test
  void whatWasAppliedToTheSameValueIsNotAppliedAgain() {
    var before = Optional.of(written(gcounter(1)));
    var held = (Applied.Changed) Crdt.hold(before, gcounter(2), A, NOW);
    assertThat(Crdt.write(before, held, gcounter(2), A, NOW)).isSameAs(held);
    var first = (Applied.Changed) Crdt.hold(Optional.empty(), gcounter(2), A, NOW);
    assertThat(Crdt.write(Optional.empty(), first, gcounter(2), A, NOW)).isSameAs(first);
  }

  @Test
  void whatTheStoreGotFromElsewhereMeanwhileIsKept() {
    var before = written(gcounter(1));
    var held = (Applied.Changed) Crdt.hold(Optional.of(before), gcounter(2), A, NOW);
    var other = before.merge(writtenBy(B, gcounter(10)));
    var written = (Applied.Changed) Crdt.write(Optional.of(other), held, gcounter(2), A, NOW);
    assertThat(written.value().initialDelta(VIEW)).isEqualTo(gcounter(13));
  }

  @Test
  void whatTheStoreTakesInAnotherWayIsAppliedToIt() {
    var before = Optional.of(written(register("now", CrdtClock.CUSTOM, 6)));
    var late = register("late", CrdtClock.CUSTOM, 5);
    var held = (Applied.Changed) Crdt.hold(before, late, A, NOW);
    assertThat(held.value().initialDelta(VIEW)).isEqualTo(register("late"));
    var written = (Applied.Changed) Crdt.write(before, held, late, A, NOW);
    assertThat(written.value().initialDelta(VIEW)).isEqualTo(register("now"));
  }

  @Test
  void votesAreCountedAmongTheMembers() {
    var votes = writtenBy(A, vote(true)).merge(writtenBy(B, vote(true)));
    assertThat(votes.initialDelta(VIEW)).isEqualTo(vote(true, 2, 3));
    assertThat(votes.initialDelta(new View(C, Set.of(A, C)))).isEqualTo(vote(false, 1, 2));
    var changed = applied(votes, B, vote(false)).value();
    assertThat(delta(votes, changed)).isEqualTo(vote(true, 1, 3));
  }

  /** Row 16. */
  @Test
  void votesAreToldAgainWhenMembersComeAndGo() {
    var votes = writtenBy(A, vote(true)).merge(writtenBy(B, vote(true)));
    var fewer = new View(A, Set.of(A, C));
    assertThat(votes.differenceFrom(votes, VIEW, fewer))
        .isEqualTo(new Difference.Delta(vote(true, 1, 2)));
    assertThat(votes.differenceFrom(votes, fewer, fewer)).isInstanceOf(Difference.None.class);
    var inMap = written(mapAdded("vote", vote(true)));
    assertThat(inMap.differenceFrom(inMap, VIEW, fewer))
        .isEqualTo(new Difference.Delta(mapUpdated("vote", vote(true, 1, 2))));
  }

  @Test
  void whoCreatesAVoteThinksItIsAloneUntilTold() {
    var shadow = ((Applied.Changed) Crdt.hold(Optional.empty(), vote(true), A, NOW)).value();
    var store = written(vote(true));
    assertThat(delta(shadow, store)).isEqualTo(vote(true, 1, 3));
    var alone = new View(A, Set.of(A));
    assertThat(store.differenceFrom(shadow, alone, alone)).isInstanceOf(Difference.None.class);
  }

  @Test
  void aMapTellsWhatHappenedToEachEntry() {
    var before =
        written(
            mapAdded("counter", gcounter(5)),
            mapAdded("gone", flag(true)),
            mapAdded("set", gset("a", "b")),
            mapAdded("same", flag(true)));
    var after =
        written(
            before,
            map(
                ORMapDelta.newBuilder()
                    .addAllRemoved(anys("gone", "set"))
                    .addUpdated(entry("counter", gcounter(2)))
                    .addAdded(entry("set", gset("c")))
                    .addAdded(entry("new", mapAdded("x", pncounter(-1))))));
    var delta = delta(before, after).getOrmap();

    assertThat(delta.getCleared()).isFalse();
    assertThat(delta.getRemovedList()).containsExactlyInAnyOrderElementsOf(anys("gone", "set"));
    assertThat(delta.getUpdatedList()).containsExactly(entry("counter", gcounter(2)));
    assertThat(delta.getAddedList())
        .containsExactlyInAnyOrder(
            entry("set", gset("c")), entry("new", mapAdded("x", pncounter(-1))));
  }

  @Test
  void anEmptiedMapIsCleared() {
    var before = written(mapAdded("a", flag(true)));
    var cleared = map(ORMapDelta.newBuilder().setCleared(true));
    assertThat(delta(before, written(before, cleared))).isEqualTo(cleared);
    assertThat(difference(written(cleared), written(cleared))).isInstanceOf(Difference.None.class);
  }

  @Test
  void anEntryOfAnotherTypeIsRemovedAndAdded() {
    var before = written(mapAdded("a", flag(true)));
    var after =
        written(
            before,
            map(ORMapDelta.newBuilder().addRemoved(any("a")).addAdded(entry("a", gcounter(1)))));
    assertThat(delta(before, after))
        .isEqualTo(
            map(ORMapDelta.newBuilder().addRemoved(any("a")).addAdded(entry("a", gcounter(1)))));
  }

  @Test
  void updatesOfEntriesThatCannotTakeThemAreSkipped() {
    var before = written(mapAdded("a", flag(true)));
    assertThat(difference(before, written(before, mapUpdated("b", flag(true)))))
        .isInstanceOf(Difference.None.class);
    assertThat(difference(before, written(before, mapUpdated("a", gcounter(1)))))
        .isInstanceOf(Difference.None.class);
    var counter = written(mapAdded("a", gcounter(1)));
    assertThat(difference(counter, held(counter, mapUpdated("a", gcounter(-1)))))
        .isInstanceOf(Difference.None.class);
    assertThat(difference(before, written(before, mapRemoved("b"))))
        .isInstanceOf(Difference.None.class);
  }

  @Test
  void addingAnEntryThatIsThereWithAnotherTypeIsIllegal() {
    assertThat(
            Crdt.hold(
                Optional.of(written(mapAdded("a", flag(true)))),
                mapAdded("a", gcounter(1)),
                A,
                NOW))
        .isEqualTo(new Applied.Illegal("GCounterDelta is incompatible with CRDT Flag(true)"));
    assertThat(written(mapAdded("a", gcounter(1)), mapAdded("a", gcounter(2))).initialDelta(VIEW))
        .isEqualTo(mapAdded("a", gcounter(3)));
  }

  @Test
  void changingAnEntryWinsOverRemovingItAtTheSameTime() {
    var both = written(mapAdded("a", orset("x")));
    var removed = applied(both, A, mapRemoved("a")).value();
    var changed = applied(both, B, mapUpdated("a", orset("y"))).value();
    assertThat(removed.merge(changed).initialDelta(VIEW)).isEqualTo(mapAdded("a", orset("y")));
    assertThat(removed.merge(both).initialDelta(VIEW)).isEqualTo(map(ORMapDelta.newBuilder()));
  }

  /** Row 24. */
  @Test
  void aRemovedAndAddedEntryBeginsAnew() {
    var both = written(mapAdded("a", gcounter(7))).merge(writtenBy(B, mapAdded("b", orset("x"))));
    var removed = applied(both, A, mapRemoved("a")).value();
    var added = applied(removed, A, mapAdded("a", gcounter(5))).value();

    assertThat(added.merge(both).initialDelta(VIEW).getOrmap().getAddedList())
        .contains(entry("a", gcounter(5)));
    var concurrent = applied(both, B, mapUpdated("a", gcounter(3))).value();
    assertThat(added.merge(concurrent).initialDelta(VIEW).getOrmap().getAddedList())
        .contains(entry("a", gcounter(8)));
    assertThat(concurrent.merge(added).initialDelta(VIEW))
        .isEqualTo(added.merge(concurrent).initialDelta(VIEW));
  }

  /** Row 23. */
  @Test
  void ofTypesInConflictTheFirstWinsEverywhere() {
    var counter = writtenBy(B, gcounter(1));
    var set = writtenBy(A, orset("a"));
    assertThat(set.merge(counter).type()).isEqualTo(CrdtType.GCOUNTER);
    assertThat(counter.merge(set).type()).isEqualTo(CrdtType.GCOUNTER);
    assertThat(set.merge(counter).hasTypeConflict()).isTrue();
    assertThat(set.hasTypeConflict()).isFalse();
    assertThat(difference(set, set.merge(counter))).isInstanceOf(Difference.Incompatible.class);
    assertThat(difference(counter, set.merge(counter))).isInstanceOf(Difference.None.class);
  }

  /** Row 23. */
  @Test
  void ofTypesInConflictInAMapTheFirstWinsUntilTheEntryIsRemoved() {
    var counter = writtenBy(B, mapAdded("a", gcounter(1)));
    var set = writtenBy(A, mapAdded("a", orset("x")));
    var both = set.merge(counter);
    assertThat(both.initialDelta(VIEW)).isEqualTo(mapAdded("a", gcounter(1)));
    assertThat(both.hasTypeConflict()).isTrue();
    assertThat(delta(set, both))
        .isEqualTo(
            map(ORMapDelta.newBuilder().addRemoved(any("a")).addAdded(entry("a", gcounter(1)))));
    assertThat(written(both, mapRemoved("a")).merge(both).initialDelta(VIEW))
        .isEqualTo(map(ORMapDelta.newBuilder()));
  }

  @Test
  void whatARemovedNodeDidIsKeptInTheNameOfItsHeir() {
    var all =
        writtenBy(C, mapAdded("counter", pncounter(4)))
            .merge(writtenBy(A, mapAdded("counter", pncounter(-1))));
    all = applied(all, C, mapAdded("set", orset("x"))).value();
    all = applied(all, C, mapAdded("vote", vote(true))).value();
    var pruned = all.prune(C, A);

    assertThat(all.contributors()).containsExactlyInAnyOrder(A, C);
    assertThat(pruned.contributors()).containsExactly(A);
    assertThat(pruned.initialDelta(VIEW).getOrmap().getAddedList())
        .containsExactlyInAnyOrder(
            entry("counter", pncounter(3)),
            entry("set", orset("x")),
            entry("vote", vote(false, 0, 3)));
    assertThat(all.cleanUp(C).merge(pruned).initialDelta(VIEW))
        .isEqualTo(pruned.initialDelta(VIEW));
  }

  @Test
  void aChangeIsAsLargeAsWhatChanged() {
    var all =
        written(
            orset(IntStream.range(0, 10_000).mapToObj(i -> "element-" + i).toArray(String[]::new)));
    var one = applied(all, A, orset("one more"));
    assertThat(CrdtWriter.write(one.change()).length).isLessThan(150);
    var cleared = applied(all, A, orset(true, List.of(), List.of()));
    assertThat(CrdtWriter.write(cleared.change()).length).isLessThan(150);
    assertThat(cleared.value().merge(all).initialDelta(VIEW)).isEqualTo(orset());
  }

  @Test
  void aChangeOfANestedEntryIsAsLargeAsWhatChanged() {
    var all = written(mapAdded("map", mapAdded("set", orset("a"))));
    for (var i = 0; i < 1000; i++) {
      all =
          written(
              all,
              mapAdded("key-" + i, gcounter(i)),
              mapUpdated("map", mapAdded("key-" + i, gcounter(i))));
    }
    var one = applied(all, A, mapUpdated("map", mapUpdated("set", orset("b"))));
    assertThat(CrdtWriter.write(one.change()).length).isLessThan(200);
    assertThat(all.merge(one.change()).initialDelta(VIEW))
        .isEqualTo(one.value().initialDelta(VIEW));
  }

  private static String[] words(String text) {
    return text.isEmpty() ? new String[0] : text.split(" ");
  }

  private static List<Any> elements(Crdt set) {
    return set.initialDelta(VIEW).getOrset().getAddedList();
  }

  private static String illegal(CrdtDelta delta) {
    var held = Crdt.hold(Optional.empty(), delta, A, NOW);
    assertThat(Crdt.write(Optional.empty(), delta, A, NOW)).isEqualTo(held);
    return ((Applied.Illegal) held).reason();
  }

  private static Crdt written(CrdtDelta... deltas) {
    return writtenBy(A, deltas);
  }

  private static Crdt written(Crdt before, CrdtDelta... deltas) {
    var crdt = before;
    for (var delta : deltas) {
      crdt = applied(crdt, A, delta).value();
    }
    return crdt;
  }

  private static Crdt writtenBy(Node node, CrdtDelta... deltas) {
    var crdt = Optional.<Crdt>empty();
    for (var delta : deltas) {
      crdt = Optional.of(((Applied.Changed) Crdt.write(crdt, delta, node, NOW)).value());
    }
    return crdt.orElseThrow();
  }

  private static Crdt held(Crdt before, CrdtDelta delta) {
    return ((Applied.Changed) Crdt.hold(Optional.of(before), delta, A, NOW)).value();
  }

  private static Applied.Changed applied(Crdt before, Node node, CrdtDelta delta) {
    return (Applied.Changed) Crdt.write(Optional.of(before), delta, node, NOW);
  }

  private static Difference difference(Crdt before, Crdt after) {
    return after.differenceFrom(before, VIEW, VIEW);
  }

  private static CrdtDelta delta(Crdt before, Crdt after) {
    var difference = difference(before, after);
    assertThat(difference).isInstanceOf(Difference.Delta.class);
    return ((Difference.Delta) difference).delta();
  }
}
