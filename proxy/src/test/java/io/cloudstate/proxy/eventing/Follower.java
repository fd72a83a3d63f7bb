package io.cloudstate.proxy.eventing;

import static io.cloudstate.proxy.storage.StoreClient.result;

import io.cloudstate.proxy.storage.journal.EventLog;
import io.cloudstate.proxy.storage.journal.LogPosition;
import io.cloudstate.proxy.storage.journal.LogPositions.Slice;
import io.cloudstate.proxy.storage.journal.LoggedEvent;
import java.util.ArrayList;
import java.util.List;

/** Reads a log as a slice does, and is done with everything at once. */
final class Follower {

  private final EventLog log;
  private final LogTracker tracker;
  private final List<LoggedEvent> events = new ArrayList<>();

  Follower(EventLog log, String type) {
    this(log, type, new Slice(0, 1), LogPosition.at(0));
  }

  Follower(EventLog log, String type, Slice slice, LogPosition position) {
    this.log = log;
    this.tracker = new LogTracker(type, slice, position, 1000);
  }

  /** Reads until there is nothing new. */
  List<LoggedEvent> read() {
    return read(100);
  }

  List<LoggedEvent> read(int maxNew) {
    do {
      var seen = tracker.onRead(result(log.read(tracker.query(maxNew, true))));
      var numbers = seen.stream().map(EventLog.Entry::number).toList();
      if (!numbers.isEmpty()) {
        events.addAll(result(log.fetch(numbers)));
        numbers.forEach(tracker::done);
      }
    } while (tracker.mayBeMore());
    return List.copyOf(events);
  }

  /** What was read, as entity and sequence number. */
  List<String> ids() {
    return read().stream().map(event -> event.persistenceId() + "@" + event.sequence()).toList();
  }

  boolean hasGaps() {
    return tracker.hasGaps();
  }

  LogPosition position() {
    return tracker.position();
  }
}
