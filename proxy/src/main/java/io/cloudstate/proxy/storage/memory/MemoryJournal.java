package io.cloudstate.proxy.storage.memory;

import akka.dispatch.Futures;
import akka.persistence.AtomicWrite;
import akka.persistence.PersistentRepr;
import akka.persistence.journal.Tagged;
import akka.persistence.journal.japi.AsyncWriteJournal;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.storage.journal.StorageUnavailable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import scala.concurrent.Future;

/**
 * Akka's journal plugin over a {@link MemoryStore}. Tags are dropped: nobody reads by them here.
 */
final class MemoryJournal extends AsyncWriteJournal {

  // Empty stands for: none rejected.
  private static final Future<Iterable<Optional<Exception>>> ALL_WRITTEN =
      Futures.successful(List.of());

  private final MemoryStore store;

  MemoryJournal() {
    this.store = context().system().settings().setup().get(MemoryStore.class).orElseThrow();
  }

  @Override
  public Future<Iterable<Optional<Exception>>> doAsyncWriteMessages(
      Iterable<AtomicWrite> messages) {
    for (var write : messages) {
      if (!store.history(write.persistenceId()).append(write.lowestSequenceNr(), batch(write))) {
        return Futures.failed(
            new StorageUnavailable(
                write.persistenceId()
                    + ": sequence number "
                    + write.lowestSequenceNr()
                    + " is not the next (another writer wrote)"));
      }
    }
    return ALL_WRITTEN;
  }

  @Override
  public Future<Void> doAsyncDeleteMessagesTo(String persistenceId, long toSequence) {
    return Futures.failed(new UnsupportedOperationException("events are never deleted"));
  }

  @Override
  public Future<Void> doAsyncReplayMessages(
      String persistenceId, long from, long to, long max, Consumer<PersistentRepr> replay) {
    return Futures.failed(new UnsupportedOperationException("events are read by EventReader"));
  }

  @Override
  public Future<Long> doAsyncReadHighestSequenceNr(String persistenceId, long fromSequence) {
    return Futures.successful(store.lastSequence(persistenceId));
  }

  private static List<Payload> batch(AtomicWrite write) {
    if (write.size() == 1) {
      return List.of(payload(write.payload().head()));
    }
    var batch = new ArrayList<Payload>(write.size());
    for (var events = write.payload().iterator(); events.hasNext(); ) {
      batch.add(payload(events.next()));
    }
    return batch;
  }

  private static Payload payload(PersistentRepr event) {
    return event.payload() instanceof Tagged tagged
        ? (Payload) tagged.payload()
        : (Payload) event.payload();
  }
}
