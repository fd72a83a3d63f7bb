package io.cloudstate.proxy.eventing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.eventing.LogSession.State;
import io.cloudstate.proxy.eventing.LogSession.Step;
import io.cloudstate.proxy.storage.journal.EventLog.Entry;
import io.cloudstate.proxy.storage.journal.EventLog.Numbers;
import io.cloudstate.proxy.storage.journal.EventLog.Read;
import io.cloudstate.proxy.storage.journal.LogPosition;
import io.cloudstate.proxy.storage.journal.LogPositions.Slice;
import io.cloudstate.proxy.storage.journal.LoggedEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LogSessionTest {

  private static final LogSession.Limits LIMITS =
      new LogSession.Limits(2, 4, 1000, 100, 3, 1000, 10);

  private final LogSession session =
      new LogSession(LIMITS, "log", new Slice(0, 1), LogPosition.at(0), 0);
  private final LoggedEvent a1 = event(1, "log|a");
  private final LoggedEvent a2 = event(2, "log|a");
  private final LoggedEvent b1 = event(3, "log|b");
  private final LoggedEvent c1 = event(4, "log|c");

  @Test
  void readsWhenWokenAndFetchesWhatItHasSeen() {
    assertThat(session.onWake(0)).singleElement().isInstanceOf(Step.ReadMore.class);
    assertThat(session.onWake(0)).isEmpty();
    assertThat(session.onRead(read(a1, b1), 0))
        .contains(new Step.Fetch(List.of(1L, 3L)))
        .anyMatch(Step.ReadMore.class::isInstance); // it was woken meanwhile
  }

  @Test
  void eventsOfAnEntityComeOneByOneAndOfOthersAtTheSameTime() {
    assertThat(given(a1, a2, b1, c1)).containsExactly(a1, b1);
    assertThat(handled(session.onDone(b1, 0))).containsExactly(c1);
    assertThat(handled(session.onDone(a1, 0))).containsExactly(a2);
  }

  @Test
  void positionIsSavedAfterSomeEventsAndLeavesOutWhatIsNotDone() {
    given(a1, a2, b1, c1);
    session.onDone(b1, 0);
    session.onDone(c1, 0);
    assertThat(session.position())
        .isEqualTo(new LogPosition(4, List.of(new Numbers(1, 1), new Numbers(2, 2))));
    assertThat(session.onDone(a1, 0))
        .contains(new Step.Save(new LogPosition(4, List.of(new Numbers(2, 2)))));
    assertThat(session.onSaved(true, 0)).isEmpty();
  }

  @Test
  void positionIsSavedAfterSomeTime() {
    given(a1);
    assertThat(session.onDone(a1, 10)).containsExactly(new Step.ComeBack(1_000_000));
    assertThat(session.onTime(1000)).containsExactly(new Step.Save(LogPosition.at(1)));
    assertThat(session.onSaved(true, 1000)).isEmpty();
    assertThat(session.onTime(3000)).isEmpty();
  }

  @Test
  void saveThatFailsIsRepeatedLater() {
    given(a1);
    session.onDone(a1, 0);
    session.onTime(1000);
    session.onSaveFailed(1000);
    assertThat(session.onTime(1500)).noneMatch(Step.Save.class::isInstance);
    assertThat(session.onTime(2000)).contains(new Step.Save(LogPosition.at(1)));
  }

  @Test
  void positionThatWasTakenAwayEndsIt() {
    given(a1);
    session.onDone(a1, 0);
    session.onTime(1000);
    assertThat(session.onSaved(false, 1000)).containsExactly(new Step.End());
  }

  @Test
  void afterAFailureNothingMoreIsHandedOverUntilItResumes() {
    given(a1, a2, b1, c1);
    session.onFailed(a1, 0);
    assertThat(session.state()).isEqualTo(State.STOPPED);
    assertThat(handled(session.onDone(b1, 0))).isEmpty();
    assertThat(handled(session.onWake(0))).isEmpty();
    assertThat(session.failed()).containsExactly(1L);
    assertThat(handled(session.onResume(0))).containsExactly(a1, c1);
    assertThat(session.position().watermark()).isZero();
  }

  @Test
  void skippingGoesOnBehindWhatFailed() {
    given(a1, a2, b1);
    session.onFailed(a1, 0);
    assertThat(handled(session.onSkip(0))).containsExactly(a2);
    assertThat(session.position().watermark()).isEqualTo(1);
    assertThat(session.state()).isEqualTo(State.RUNNING);
  }

  @Test
  void stoppingWaitsForWhatIsUnderWayAndSaves() {
    given(a1, a2, b1);
    assertThat(session.onStop(0)).isEmpty();
    assertThat(handled(session.onDone(a1, 0))).isEmpty();
    var last = session.onFailed(b1, 0);
    assertThat(last)
        .containsExactly(
            new Step.Save(new LogPosition(3, List.of(new Numbers(2, 2), new Numbers(3, 3)))));
    assertThat(session.onSaved(true, 0)).containsExactly(new Step.End());
  }

  @Test
  void whatDoesNotEndIsNotWaitedForForEver() {
    given(a1, b1);
    session.onStop(0);
    session.onDone(b1, 0);
    assertThat(session.onGiveUp(0))
        .containsExactly(new Step.Save(new LogPosition(3, List.of(new Numbers(1, 1)))));
    assertThat(session.onSaved(true, 0)).containsExactly(new Step.End());
  }

  @Test
  void stoppingEndsAtOnceWhenNothingIsUnderWay() {
    assertThat(session.onStop(0)).containsExactly(new Step.End());
  }

  @Test
  void storeThatFailsIsAskedAgainAfterAWhile() {
    session.onWake(0);
    session.onRead(read(a1), 0);
    assertThat(session.onReadFailed(0)).containsExactly(new Step.ComeBack(1_000_000));
    assertThat(session.onTime(5)).noneMatch(Step.Fetch.class::isInstance);
    assertThat(session.onTime(10)).contains(new Step.Fetch(List.of(1L)));
  }

  @Test
  void gapsAreLookedAtAgainAfterAWhile() {
    session.onWake(0);
    var withGap =
        new Read(null, List.of(entry(b1)), List.of(new Numbers(1, 2)), 3, false, List.of(), true);
    assertThat(session.onRead(withGap, 0))
        .contains(new Step.Fetch(List.of(3L)))
        .anyMatch(Step.ReadMore.class::isInstance);
    var somebody = new Read(Set.of("w"), List.of(), List.of(), 3, false, List.of(), true);
    assertThat(session.onRead(somebody, 0)).containsExactly(new Step.ComeBack(1_000_000));
    assertThat(session.onTime(5)).noneMatch(Step.ReadMore.class::isInstance);
    assertThat(session.onTime(20)).anyMatch(Step.ReadMore.class::isInstance);
    var nobody = new Read(Set.of(), List.of(), List.of(), 3, false, List.of(), true);
    session.onRead(nobody, 20);
    assertThat(session.position()).isEqualTo(new LogPosition(3, List.of(new Numbers(3, 3))));
  }

  @Test
  void eventsThatWereDeletedAreDoneWith() {
    session.onWake(0);
    session.onRead(read(a1, b1), 0);
    session.onFetched(List.of(b1), 0);
    assertThat(session.position()).isEqualTo(new LogPosition(3, List.of(new Numbers(3, 3))));
  }

  @Test
  void readsNoFurtherThanAPageAhead() {
    session.onWake(0);
    var many = new ArrayList<LoggedEvent>();
    for (var i = 1; i <= 9; i++) {
      many.add(event(i, "log|" + i));
    }
    var steps = session.onRead(read(many.toArray(LoggedEvent[]::new)), 0);
    assertThat(steps).containsExactly(new Step.Fetch(List.of(1L, 2L, 3L, 4L)));
    session.onWake(0);
    assertThat(handled(session.onFetched(many.subList(0, 4), 0))).hasSize(2);
    assertThat(session.onDone(many.get(0), 0)).contains(new Step.Fetch(List.of(5L)));
  }

  private List<LoggedEvent> given(LoggedEvent... events) {
    session.onWake(0);
    session.onRead(read(events), 0);
    return handled(session.onFetched(List.of(events), 0));
  }

  private static List<LoggedEvent> handled(List<Step> steps) {
    return steps.stream()
        .filter(Step.Handle.class::isInstance)
        .map(step -> ((Step.Handle) step).event())
        .toList();
  }

  private static Read read(LoggedEvent... events) {
    var entries = Arrays.stream(events).map(LogSessionTest::entry).toList();
    var last = events[events.length - 1].number();
    return new Read(null, entries, List.of(), last, false, List.of(), true);
  }

  private static Entry entry(LoggedEvent event) {
    return new Entry(event.number(), event.persistenceId(), event.payload().value().size());
  }

  private static LoggedEvent event(long number, String persistenceId) {
    return new LoggedEvent(
        number, persistenceId, 1, 0, new Payload("t/T", ByteString.copyFromUtf8("x")));
  }
}
