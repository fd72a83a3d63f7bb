package io.cloudstate.proxy.storage;

import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.storage.journal.EventStore;
import io.cloudstate.proxy.storage.journal.EventWrite;
import io.cloudstate.proxy.storage.journal.StoredEvent;
import io.cloudstate.proxy.storage.journal.StoredSnapshot;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A store, asked by somebody who waits for the answers. */
public record StoreClient(EventStore store) implements AutoCloseable {

  public List<StoredEvent> allEvents(String id) {
    return result(store.page(id, 1, 1_000_000, Long.MAX_VALUE));
  }

  public List<StoredEvent> page(String id, long from, int maxEvents, long maxBytes) {
    return result(store.page(id, from, maxEvents, maxBytes));
  }

  public Optional<StoredSnapshot> latestSnapshot(String id) {
    return result(store.latestSnapshot(id));
  }

  public long lastSequence(String id) {
    return result(store.lastSequence(id));
  }

  /** Appends after the event with this number, which must not fail. */
  public void append(String id, long last, Payload... events) {
    if (!result(send(id, last, events))) {
      throw new AssertionError("event " + (last + 1) + " of " + id + " is taken");
    }
  }

  /** As {@link #append}, without waiting for the answer. */
  public CompletionStage<Boolean> send(String id, long last, Payload... events) {
    return store.append(new EventWrite(id, last + 1, List.of(events)));
  }

  @Override
  public void close() {
    store.close();
  }

  /** What the store answers, or its failure as it is. */
  public static <T extends @Nullable Object> T result(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (InterruptedException | TimeoutException e) {
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
    }
  }
}
