package io.cloudstate.proxy.storage.memory;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.cloudstate.proxy.storage.journal.EventLog;
import io.cloudstate.proxy.storage.journal.EventWrite;
import io.cloudstate.proxy.storage.journal.LoggedEvent;
import io.cloudstate.proxy.storage.journal.Watchers;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** All events of this process, numbered from 1 without gaps. */
public final class MemoryLog implements EventLog {

  private final Clock clock;
  private final Watchers watchers = new Watchers();

  @GuardedBy("this")
  private final ArrayList<LoggedEvent> events = new ArrayList<>(); // the one with number n at n-1

  MemoryLog(Clock clock) {
    this.clock = clock;
  }

  /** Called in the order of the entity's events. */
  synchronized void append(EventWrite write) {
    var now = clock.millis();
    var sequence = write.firstSequence();
    for (var event : write.events()) {
      events.add(
          new LoggedEvent(events.size() + 1L, write.persistenceId(), sequence++, now, event));
    }
  }

  void written(String persistenceId) {
    watchers.written(persistenceId);
  }

  synchronized void clear() {
    events.clear();
  }

  @Override
  public synchronized CompletionStage<Long> head() {
    return CompletableFuture.completedFuture((long) events.size());
  }

  @Override
  public synchronized CompletionStage<Read> read(Query query) {
    var to = Math.max(query.after(), Math.min(query.after() + query.maxNew(), events.size()));
    var appeared = new ArrayList<Entry>();
    for (var open : query.open()) {
      appeared.addAll(entries(open.from(), Math.min(open.to(), events.size()), query.typePrefix()));
    }
    return CompletableFuture.completedFuture(
        new Read(
            query.wantsWriters() ? Set.of() : null,
            entries(query.after() + 1, to, query.typePrefix()),
            List.of(),
            to,
            to < events.size(),
            appeared,
            true));
  }

  @GuardedBy("this")
  private List<Entry> entries(long from, long to, String typePrefix) {
    var entries = new ArrayList<Entry>();
    for (var number = from; number <= to; number++) {
      var event = events.get((int) number - 1);
      entries.add(
          event.persistenceId().startsWith(typePrefix)
              ? new Entry(number, event.persistenceId(), event.payload().value().size())
              : new Entry(number, null, 0));
    }
    return entries;
  }

  @Override
  public synchronized CompletionStage<List<LoggedEvent>> fetch(List<Long> numbers) {
    var found = new ArrayList<LoggedEvent>();
    for (var number : numbers) {
      if (number >= 1 && number <= events.size()) {
        found.add(events.get((int) (number - 1)));
      }
    }
    found.sort(Comparator.comparingLong(LoggedEvent::number));
    return CompletableFuture.completedFuture(found);
  }

  @Override
  public Watch watch(Consumer<String> listener) {
    return watchers.add(listener);
  }
}
