package io.cloudstate.proxy.eventing;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.proxy.storage.journal.EventLog.Entry;
import io.cloudstate.proxy.storage.journal.EventLog.Numbers;
import io.cloudstate.proxy.storage.journal.EventLog.Read;
import io.cloudstate.proxy.storage.journal.LogPosition;
import io.cloudstate.proxy.storage.journal.LogPositions.Slice;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The rules of docs/decisions/0010 for gaps. */
class LogTrackerTest {

  private final LogTracker tracker = tracker(LogPosition.at(0));

  @Test
  void whatIsBehindAGapIsHandedOverAndTheGapStaysOpen() {
    assertThat(numbers(tracker.onRead(read(null, seen(1, 3), missing(2, 2), 3, seen()))))
        .containsExactly(1L, 3L);
    tracker.done(1);
    tracker.done(3);
    assertThat(tracker.position()).isEqualTo(new LogPosition(3, List.of(new Numbers(2, 2))));
    assertThat(tracker.query(10, true).open()).containsExactly(new Numbers(2, 2));
    assertThat(tracker.query(10, true).after()).isEqualTo(3);
  }

  @Test
  void whatAppearsInAGapComesBeforeWhatIsNew() {
    tracker.onRead(read(null, seen(1, 5), missing(2, 4), 5, seen()));
    assertThat(numbers(tracker.onRead(read(Set.of("w"), seen(6), List.of(), 6, seen(3)))))
        .containsExactly(3L, 6L);
    assertThat(tracker.query(10, true).open())
        .containsExactly(new Numbers(2, 2), new Numbers(4, 4));
  }

  @Test
  void gapIsClosedWhenNobodyOfThoseWhoWroteWritesAnyMore() {
    tracker.onRead(read(null, seen(1, 3), missing(2, 2), 3, seen()));
    tracker.onRead(read(Set.of("a", "b"), seen(), List.of(), 3, seen()));
    tracker.onRead(read(Set.of("b", "c"), seen(), List.of(), 3, seen()));
    assertThat(tracker.hasGaps()).isTrue();
    tracker.onRead(read(Set.of("c"), seen(), List.of(), 3, seen()));
    assertThat(tracker.hasGaps()).isFalse();
  }

  @Test
  void gapIsClosedAtOnceWhenNobodyWritesAfterItWasSeen() {
    tracker.onRead(read(Set.of(), seen(1, 3), missing(2, 2), 3, seen()));
    assertThat(tracker.hasGaps()).as("who wrote was asked before the gap was seen").isTrue();
    tracker.onRead(read(Set.of(), seen(), List.of(), 3, seen()));
    assertThat(tracker.hasGaps()).isFalse();
  }

  @Test
  void gapIsNotClosedByAReadThatDidNotSeeAll() {
    tracker.onRead(read(null, seen(1, 3), missing(2, 2), 3, seen()));
    tracker.onRead(new Read(Set.of(), seen(), List.of(), 3, false, seen(), false));
    assertThat(tracker.hasGaps()).isTrue();
    assertThat(tracker.mayBeMore()).isTrue();
  }

  @Test
  void numbersOfOtherTypesFillGapsToo() {
    tracker.onRead(read(null, seen(1, 3), missing(2, 2), 3, seen()));
    var others = List.of(new Entry(2, null, 0));
    assertThat(tracker.onRead(read(null, seen(), List.of(), 3, others))).isEmpty();
    assertThat(tracker.hasGaps()).isFalse();
  }

  @Test
  void openNumbersOfASavedPositionAreGapsAgain() {
    var resumed = tracker(new LogPosition(9, List.of(new Numbers(4, 6), new Numbers(8, 8))));
    assertThat(resumed.query(10, true).open())
        .containsExactly(new Numbers(4, 6), new Numbers(8, 8));
    assertThat(numbers(resumed.onRead(read(Set.of("w"), seen(10), List.of(), 10, seen(5, 8)))))
        .containsExactly(5L, 8L, 10L);
    assertThat(resumed.position().watermark()).isEqualTo(3);
  }

  @Test
  void readsNothingNewWhenTooMuchIsOpen() {
    tracker.onRead(read(null, seen(1, 3, 5, 7, 9), List.of(), 9, seen()));
    assertThat(tracker.isFull()).isTrue();
    assertThat(tracker.query(10, true).maxNew()).isZero();
    tracker.done(1);
    assertThat(tracker.query(10, true).maxNew()).isEqualTo(10);
  }

  @Test
  void positionIsStoredAsText() {
    var position = new LogPosition(20, List.of(new Numbers(4, 6), new Numbers(8, 8)));
    assertThat(position.openText()).isEqualTo("4-6,8");
    assertThat(LogPosition.of(20, "4-6,8")).isEqualTo(position);
    assertThat(LogPosition.of(20, "")).isEqualTo(LogPosition.at(20));
  }

  private static LogTracker tracker(LogPosition position) {
    return new LogTracker("log", new Slice(0, 1), position, 5);
  }

  private static Read read(
      @Nullable Set<String> writers,
      List<Entry> entries,
      List<Numbers> missing,
      long scannedTo,
      List<Entry> appeared) {
    return new Read(writers, entries, missing, scannedTo, false, appeared, true);
  }

  private static List<Entry> seen(long... numbers) {
    return LongStream.of(numbers).mapToObj(number -> new Entry(number, "log|a", 1)).toList();
  }

  private static List<Numbers> missing(long from, long to) {
    return List.of(new Numbers(from, to));
  }

  private static List<Long> numbers(List<Entry> entries) {
    return entries.stream().map(Entry::number).toList();
  }
}
