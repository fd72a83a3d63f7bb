package io.cloudstate.proxy.storage.memory;

import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.storage.journal.EventStore;
import io.cloudstate.proxy.storage.journal.EventWrite;
import io.cloudstate.proxy.storage.journal.StoredEvent;
import io.cloudstate.proxy.storage.journal.StoredSnapshot;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The events of each entity, and its newest snapshot. Everything completes at once. */
public final class MemoryStore implements EventStore {

  private static final CompletionStage<Boolean> WRITTEN = CompletableFuture.completedFuture(true);
  private static final CompletionStage<Boolean> REFUSED = CompletableFuture.completedFuture(false);

  private final Map<String, History> histories = new ConcurrentHashMap<>();
  private final MemoryLog log;

  /**
   * An empty store.
   *
   * @param clock dates what is stored
   */
  public MemoryStore(Clock clock) {
    this.log = new MemoryLog(clock);
  }

  /** All events in the order in which they were stored. */
  public MemoryLog log() {
    return log;
  }

  @Override
  public CompletionStage<Long> lastSequence(String persistenceId) {
    var history = histories.get(persistenceId);
    return CompletableFuture.completedFuture(history == null ? 0 : history.lastSequence());
  }

  @Override
  public CompletionStage<Optional<StoredSnapshot>> latestSnapshot(String persistenceId) {
    var history = histories.get(persistenceId);
    return CompletableFuture.completedFuture(
        history == null ? Optional.empty() : Optional.ofNullable(history.snapshot()));
  }

  @Override
  public CompletionStage<List<StoredEvent>> page(
      String persistenceId, long fromSequence, int maxEvents, long maxBytes) {
    var history = histories.get(persistenceId);
    return CompletableFuture.completedFuture(
        history == null ? List.of() : history.page(fromSequence, maxEvents, maxBytes));
  }

  @Override
  public CompletionStage<Boolean> append(EventWrite write) {
    var history = history(write.persistenceId());
    if (!history.append(write, log)) {
      return REFUSED;
    }
    log.written(write.persistenceId());
    return WRITTEN;
  }

  @Override
  public void saveSnapshot(String persistenceId, StoredSnapshot snapshot) {
    history(persistenceId).keepNewest(snapshot);
  }

  @Override
  public void close() {
    histories.clear();
    log.clear();
  }

  private History history(String persistenceId) {
    return histories.computeIfAbsent(persistenceId, id -> new History());
  }

  /** What is stored for one entity. */
  private static final class History {

    private final ArrayList<Payload> events = new ArrayList<>(4); // the one with sequence n at n-1
    private @Nullable StoredSnapshot snapshot;

    synchronized long lastSequence() {
      return events.size();
    }

    /**
     * Appends all or nothing.
     *
     * @return whether its first sequence was the next; if not, another writer was faster
     */
    synchronized boolean append(EventWrite write, MemoryLog log) {
      if (write.firstSequence() != events.size() + 1) {
        return false;
      }
      events.addAll(write.events());
      log.append(write);
      return true;
    }

    synchronized @Nullable StoredSnapshot snapshot() {
      return snapshot;
    }

    synchronized void keepNewest(StoredSnapshot candidate) {
      if (snapshot == null || snapshot.sequence() <= candidate.sequence()) {
        snapshot = candidate;
      }
    }

    synchronized List<StoredEvent> page(long fromSequence, int maxEvents, long maxBytes) {
      var page = new ArrayList<StoredEvent>();
      var bytes = 0L;
      for (var sequence = Math.max(1, fromSequence);
          sequence <= events.size() && page.size() < maxEvents && bytes < maxBytes;
          sequence++) {
        var event = events.get((int) sequence - 1);
        bytes += event.value().size();
        if (bytes > maxBytes && !page.isEmpty()) {
          break;
        }
        page.add(new StoredEvent(sequence, event));
      }
      return page;
    }
  }
}
