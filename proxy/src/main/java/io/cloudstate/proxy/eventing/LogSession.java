package io.cloudstate.proxy.eventing;

import io.cloudstate.proxy.storage.journal.EventLog.Entry;
import io.cloudstate.proxy.storage.journal.EventLog.Query;
import io.cloudstate.proxy.storage.journal.EventLog.Read;
import io.cloudstate.proxy.storage.journal.LogPosition;
import io.cloudstate.proxy.storage.journal.LogPositions.Slice;
import io.cloudstate.proxy.storage.journal.LoggedEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * One slice of an event log on its way through a handler: reads ahead, hands events over, one of an
 * entity at a time and several of different ones, and says what position may be saved. Pure
 * bookkeeping; not thread-safe. Methods return what has to be done next, in order; of reading,
 * fetching and saving one of each is under way at most.
 *
 * <pre>
 *   RUNNING ──handler fails──► STOPPED ──resume, skip──► RUNNING
 *      └──────────stop──────────┴──► DRAINING, until nothing is under way
 * </pre>
 */
final class LogSession {

  /** What has to be done next. */
  sealed interface Step {
    record ReadMore(Query query) implements Step {}

    record Fetch(List<Long> numbers) implements Step {}

    record Handle(LoggedEvent event) implements Step {}

    record Save(LogPosition position) implements Step {}

    /** Call {@link LogSession#onTime} after so long; another one takes the place of this. */
    record ComeBack(long nanos) implements Step {}

    /** Nothing is to be done any more. */
    record End() implements Step {}
  }

  enum State {
    RUNNING,
    STOPPED,
    DRAINING
  }

  /**
   * What is bounded by settings.
   *
   * @param gapNanos how long gaps are left alone before they are looked at again, and a store that
   *     has failed
   */
  record Limits(
      int maxInFlight,
      int pageEvents,
      long pageBytes,
      int maxOpenNumbers,
      int saveEvents,
      long saveNanos,
      long gapNanos) {}

  /** How many numbers are looked at in one go. */
  private static final int SCAN = 2_000;

  /** A position that only moved on over events of others is not worth a write each time. */
  private static final long FAR = 10_000;

  private final Limits limits;
  private final LogTracker tracker;
  private final Deque<Entry> seen = new ArrayDeque<>(); // and not fetched yet
  private final TreeMap<Long, LoggedEvent> held = new TreeMap<>(); // fetched, and not done with
  private final Deque<LoggedEvent> ready = new ArrayDeque<>(); // nothing of their entities before
  private final Map<String, Deque<LoggedEvent>> behind = new HashMap<>(); // one of the entity
  private final Set<Long> inFlight = new HashSet<>();
  private final TreeMap<Long, LoggedEvent> failed = new TreeMap<>();

  private State state = State.RUNNING;
  private boolean isReading;
  private boolean isSaving;
  private boolean hasSaveFailed;
  private boolean isAsked = true; // to read, once at least
  private List<Entry> fetching = List.of();
  private long heldBytes;
  private long doneSinceSaved;
  private long savedScanned;
  private long savedAtNanos;
  private long lookedAtNanos; // at gaps
  private long heldUpUntilNanos;
  private boolean isHeldUp;

  LogSession(Limits limits, String log, Slice slice, LogPosition position, long nowNanos) {
    this.limits = limits;
    this.tracker = new LogTracker(log, slice, position, limits.maxOpenNumbers());
    this.savedScanned = position.scanned();
    this.savedAtNanos = nowNanos;
    this.lookedAtNanos = nowNanos - limits.gapNanos();
  }

  // --- what happens

  /** There may be new events; also the start. */
  List<Step> onWake(long now) {
    isAsked = true;
    return next(now);
  }

  List<Step> onTime(long now) {
    return next(now);
  }

  List<Step> onRead(Read read, long now) {
    isReading = false;
    seen.addAll(tracker.onRead(read));
    return next(now);
  }

  /** The events that were to be fetched, but for those that somebody has deleted. */
  List<Step> onFetched(List<LoggedEvent> events, long now) {
    var missing = new HashSet<Long>();
    fetching.forEach(entry -> missing.add(entry.number()));
    fetching = List.of();
    for (var event : events) {
      missing.remove(event.number());
      hold(event);
    }
    missing.forEach(tracker::done);
    return next(now);
  }

  /** Reading or fetching has failed: it is tried again, after a while. */
  List<Step> onReadFailed(long now) {
    isReading = false;
    isAsked = true;
    for (var i = fetching.size() - 1; i >= 0; i--) {
      seen.addFirst(fetching.get(i));
    }
    fetching = List.of();
    isHeldUp = true;
    heldUpUntilNanos = now + limits.gapNanos();
    return next(now);
  }

  /** The handler is done with an event. */
  List<Step> onDone(LoggedEvent event, long now) {
    inFlight.remove(event.number());
    done(event);
    return next(now);
  }

  /** The handler is not done with an event, and takes no more. */
  List<Step> onFailed(LoggedEvent event, long now) {
    inFlight.remove(event.number());
    failed.put(event.number(), event);
    if (state == State.RUNNING) {
      state = State.STOPPED;
    }
    return next(now);
  }

  /** Goes on where the handler failed, and with another attempt at what it failed with. */
  List<Step> onResume(long now) {
    if (state == State.STOPPED) {
      failed.descendingMap().values().forEach(ready::addFirst);
      failed.clear();
      state = State.RUNNING;
    }
    return next(now);
  }

  /** Goes on behind what the handler failed with. */
  List<Step> onSkip(long now) {
    if (state == State.STOPPED) {
      failed.values().forEach(this::done);
      failed.clear();
      state = State.RUNNING;
    }
    return next(now);
  }

  List<Step> onStop(long now) {
    state = State.DRAINING;
    return next(now);
  }

  /** What is under way is not waited for any more; it comes again. */
  List<Step> onGiveUp(long now) {
    state = State.DRAINING;
    inFlight.clear();
    return next(now);
  }

  /**
   * The position was saved.
   *
   * @param isThere false if it was taken away; who has done so begins again
   */
  List<Step> onSaved(boolean isThere, long now) {
    isSaving = false;
    hasSaveFailed = false;
    return isThere ? next(now) : List.of(new Step.End());
  }

  List<Step> onSaveFailed(long now) {
    isSaving = false;
    hasSaveFailed = true;
    return next(now);
  }

  // --- what there is to see

  State state() {
    return state;
  }

  LogPosition position() {
    return tracker.position();
  }

  /** How many events are known and not done with. */
  int undone() {
    return tracker.undone();
  }

  /** How many events the handler has failed with, where it has stopped. */
  List<Long> failed() {
    return List.copyOf(failed.keySet());
  }

  /** When the first event was written that is fetched and not done with; 0 if there is none. */
  long oldestMillis() {
    return held.isEmpty() ? 0 : held.firstEntry().getValue().timestampMillis();
  }

  // --- what follows

  private void hold(LoggedEvent event) {
    held.put(event.number(), event);
    heldBytes += event.payload().value().size();
    var queue = behind.get(event.persistenceId());
    if (queue == null) {
      behind.put(event.persistenceId(), new ArrayDeque<>(2));
      ready.add(event);
    } else {
      queue.add(event);
    }
  }

  private void done(LoggedEvent event) {
    tracker.done(event.number());
    held.remove(event.number());
    heldBytes -= event.payload().value().size();
    doneSinceSaved++;
    var queue = behind.get(event.persistenceId());
    var following = queue == null ? null : queue.poll();
    if (following == null) {
      behind.remove(event.persistenceId());
    } else {
      ready.add(following);
    }
  }

  private List<Step> next(long now) {
    var steps = new ArrayList<Step>();
    if (isHeldUp && now - heldUpUntilNanos >= 0) {
      isHeldUp = false;
    }
    if (state == State.RUNNING) {
      handOver(steps);
      if (!isHeldUp) {
        fetch(steps);
        read(steps, now);
      }
    }
    save(steps, now);
    if (state == State.DRAINING && inFlight.isEmpty() && !isSaving) {
      steps.add(new Step.End());
    } else {
      comeBack(steps, now);
    }
    return steps;
  }

  private void handOver(List<Step> steps) {
    while (inFlight.size() < limits.maxInFlight() && !ready.isEmpty()) {
      var event = ready.remove();
      inFlight.add(event.number());
      steps.add(new Step.Handle(event));
    }
  }

  private void fetch(List<Step> steps) {
    var room = limits.pageEvents() - held.size();
    if (!fetching.isEmpty() || seen.isEmpty() || room <= 0 || heldBytes >= limits.pageBytes()) {
      return;
    }
    var page = new ArrayList<Entry>();
    var bytes = heldBytes;
    for (var head = seen.peek(); head != null && page.size() < room; head = seen.peek()) {
      bytes += head.bytes();
      if (bytes > limits.pageBytes() && !page.isEmpty()) {
        break;
      }
      page.add(seen.remove());
    }
    fetching = page;
    steps.add(new Step.Fetch(page.stream().map(Entry::number).toList()));
  }

  private void read(List<Step> steps, long now) {
    var isGapTime = tracker.hasGaps() && now - lookedAtNanos >= limits.gapNanos();
    var hasRoom = seen.size() < limits.pageEvents() && !tracker.isFull();
    var wantsNew = hasRoom && (isAsked || tracker.mayBeMore());
    if (isReading || (!wantsNew && !isGapTime)) {
      return;
    }
    isReading = true;
    if (wantsNew) {
      isAsked = false;
    } else {
      isAsked |= tracker.mayBeMore();
    }
    if (isGapTime) {
      lookedAtNanos = now;
    }
    steps.add(
        new Step.ReadMore(
            tracker.query(wantsNew ? Math.min(SCAN, limits.maxOpenNumbers()) : 0, isGapTime)));
  }

  private void save(List<Step> steps, long now) {
    var isTime = now - savedAtNanos >= limits.saveNanos();
    var isWorthIt = isTime ? isDirty() : doneSinceSaved >= limits.saveEvents() && !hasSaveFailed;
    var isLast = state == State.DRAINING && inFlight.isEmpty() && doneSinceSaved > 0;
    if (isSaving || !(isWorthIt || (isLast && !hasSaveFailed))) {
      return;
    }
    isSaving = true;
    var position = tracker.position();
    doneSinceSaved = 0;
    savedScanned = position.scanned();
    savedAtNanos = now;
    steps.add(new Step.Save(position));
  }

  private boolean isDirty() {
    return doneSinceSaved > 0 || hasSaveFailed || tracker.scanned() - savedScanned >= FAR;
  }

  private void comeBack(List<Step> steps, long now) {
    var wait = Long.MAX_VALUE;
    if (isHeldUp) {
      wait = heldUpUntilNanos - now;
    }
    if (tracker.hasGaps() && state == State.RUNNING) {
      wait = Math.min(wait, lookedAtNanos + limits.gapNanos() - now);
    }
    if (isDirty()) {
      wait = Math.min(wait, savedAtNanos + limits.saveNanos() - now);
    }
    if (wait < Long.MAX_VALUE) {
      steps.add(new Step.ComeBack(Math.max(1_000_000, wait)));
    }
  }
}
