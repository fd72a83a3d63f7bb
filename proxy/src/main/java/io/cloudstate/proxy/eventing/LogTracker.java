package io.cloudstate.proxy.eventing;

import io.cloudstate.proxy.storage.journal.EventLog.Entry;
import io.cloudstate.proxy.storage.journal.EventLog.Numbers;
import io.cloudstate.proxy.storage.journal.EventLog.Query;
import io.cloudstate.proxy.storage.journal.EventLog.Read;
import io.cloudstate.proxy.storage.journal.LogPosition;
import io.cloudstate.proxy.storage.journal.LogPositions.Slice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How far one slice is with its log: what it has passed, and what it is not done with. Pure
 * bookkeeping; not thread-safe.
 *
 * <p>A gap is kept with everybody who was writing when it was first looked at. It is closed when
 * none of them writes any more and its numbers still cannot be seen: then nobody is left who could
 * have them (docs/decisions/0010). Until then it is looked at again, and holds nothing up.
 */
final class LogTracker {

  /** Numbers that could not be seen, and who might have them: not known yet if null. */
  private static final class Gaps {

    private List<Numbers> missing;
    private @Nullable Set<String> writers;

    Gaps(List<Numbers> missing) {
      this.missing = missing;
    }
  }

  private final String typePrefix;
  private final Slice slice;
  private final int maxOpen;
  private final List<Gaps> gaps = new ArrayList<>();
  private final TreeSet<Long> undone = new TreeSet<>();
  private long scanned;
  private boolean mayBeMore = true;

  /**
   * A slice that goes on from a position.
   *
   * @param log persistence id of the type
   * @param maxOpen how many gaps and events there may be behind {@code scanned}
   */
  LogTracker(String log, Slice slice, LogPosition position, int maxOpen) {
    this.typePrefix = log + "|";
    this.slice = slice;
    this.maxOpen = maxOpen;
    this.scanned = position.scanned();
    if (!position.open().isEmpty()) {
      gaps.add(new Gaps(position.open()));
    }
  }

  /**
   * What to read next.
   *
   * @param maxNew how many new numbers at most
   */
  Query query(int maxNew, boolean wantsWriters) {
    return new Query(
        typePrefix, scanned, isFull() ? 0 : maxNew, openNumbers(), wantsWriters && hasGaps());
  }

  /** Takes what came of the last query; returns this slice's events in it, ascending. */
  List<Entry> onRead(Read read) {
    var appeared = new TreeSet<Long>();
    read.appeared().forEach(entry -> appeared.add(entry.number()));
    gaps.removeIf(gap -> isClosed(gap, appeared, read));
    if (!read.missing().isEmpty()) {
      gaps.add(new Gaps(read.missing()));
    }
    scanned = read.scannedTo();
    mayBeMore = read.mayBeMore() || !read.isWhole();
    var ours = new ArrayList<Entry>();
    addOurs(read.appeared(), ours);
    addOurs(read.entries(), ours);
    ours.sort(Comparator.comparingLong(Entry::number));
    return ours;
  }

  private void addOurs(List<Entry> entries, List<Entry> ours) {
    for (var entry : entries) {
      var id = entry.persistenceId();
      if (id != null && slice.holds(id) && undone.add(entry.number())) {
        ours.add(entry);
      }
    }
  }

  private static boolean isClosed(Gaps gap, NavigableSet<Long> appeared, Read read) {
    gap.missing = without(gap.missing, appeared);
    var writers = read.writers();
    if (writers != null) {
      if (gap.writers == null) {
        gap.writers = new HashSet<>(writers);
      } else {
        gap.writers.retainAll(writers);
      }
    }
    var isNobodys = writers != null && gap.writers != null && gap.writers.isEmpty();
    return gap.missing.isEmpty() || (isNobodys && read.isWhole());
  }

  private static List<Numbers> without(List<Numbers> missing, NavigableSet<Long> appeared) {
    if (appeared.isEmpty()) {
      return missing;
    }
    var left = new ArrayList<Numbers>();
    for (var numbers : missing) {
      var from = numbers.from();
      for (var number : appeared.subSet(numbers.from(), true, numbers.to(), true)) {
        if (number > from) {
          left.add(new Numbers(from, number - 1));
        }
        from = number + 1;
      }
      if (from <= numbers.to()) {
        left.add(new Numbers(from, numbers.to()));
      }
    }
    return left;
  }

  /** An event is done with. */
  void done(long number) {
    undone.remove(number);
  }

  /** What may be saved now. */
  LogPosition position() {
    var open = new ArrayList<>(openNumbers());
    undone.forEach(number -> open.add(new Numbers(number, number)));
    open.sort(Comparator.comparingLong(Numbers::from));
    return new LogPosition(scanned, open);
  }

  boolean hasGaps() {
    return !gaps.isEmpty();
  }

  /** Whether nothing new may be passed before something is done with. */
  boolean isFull() {
    return undone.size() + gaps.stream().mapToInt(gap -> gap.missing.size()).sum() >= maxOpen;
  }

  /** Whether there was more than was asked for. */
  boolean mayBeMore() {
    return mayBeMore;
  }

  long scanned() {
    return scanned;
  }

  /** How many events are known and not done with. */
  int undone() {
    return undone.size();
  }

  private List<Numbers> openNumbers() {
    var open = new ArrayList<Numbers>();
    gaps.forEach(gap -> open.addAll(gap.missing));
    open.sort(Comparator.comparingLong(Numbers::from));
    return open;
  }
}
