package io.cloudstate.proxy.storage.memory;

import akka.actor.setup.Setup;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.storage.journal.EventReader;
import io.cloudstate.proxy.storage.journal.JournalStore;
import io.cloudstate.proxy.storage.journal.StoredEvent;
import io.cloudstate.proxy.storage.journal.StoredSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The events of each entity, and its newest snapshot. Thread-safe. It is a {@link Setup} itself: so
 * the plugins find the store their actor system was made with.
 */
public final class MemoryStore extends Setup implements JournalStore, EventReader {

  private static final String JOURNAL = "akka.persistence.journal.cloudstate-memory";
  private static final String SNAPSHOTS = "akka.persistence.snapshot-store.cloudstate-memory";

  private final Map<String, History> histories = new ConcurrentHashMap<>();

  @Override
  public Map<String, Object> akkaSettings() {
    return Map.of(
        "akka.persistence.journal.plugin",
        JOURNAL,
        JOURNAL + ".class",
        MemoryJournal.class.getName(),
        // Nothing is replayed: a filter, an actor for each start of a writer, has nothing to do.
        JOURNAL + ".replay-filter.mode",
        "off",
        "akka.persistence.snapshot-store.plugin",
        SNAPSHOTS,
        SNAPSHOTS + ".class",
        MemorySnapshotStore.class.getName(),
        "akka.persistence.max-concurrent-recoveries",
        1000);
  }

  @Override
  public Setup setup() {
    return this;
  }

  @Override
  public EventReader events() {
    return this;
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
  public void close() {
    histories.clear();
  }

  History history(String persistenceId) {
    return histories.computeIfAbsent(persistenceId, id -> new History());
  }

  long lastSequence(String persistenceId) {
    var history = histories.get(persistenceId);
    return history == null ? 0 : history.lastSequence();
  }

  /** What is stored for one entity. */
  static final class History {

    private final ArrayList<Payload> events = new ArrayList<>(4); // the one with sequence n at n-1
    private @Nullable StoredSnapshot snapshot;

    synchronized long lastSequence() {
      return events.size();
    }

    /**
     * Appends all or nothing.
     *
     * @return whether {@code firstSequence} was the next; if not, another writer was faster
     */
    synchronized boolean append(long firstSequence, List<Payload> batch) {
      if (firstSequence != events.size() + 1) {
        return false;
      }
      events.addAll(batch);
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
