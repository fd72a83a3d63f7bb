package io.cloudstate.proxy.storage.memory;

import akka.dispatch.Futures;
import akka.persistence.SelectedSnapshot;
import akka.persistence.SnapshotMetadata;
import akka.persistence.SnapshotSelectionCriteria;
import akka.persistence.snapshot.japi.SnapshotStore;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.storage.journal.StoredSnapshot;
import java.util.Optional;
import scala.concurrent.Future;

/** Akka's snapshot plugin over a {@link MemoryStore}; keeps the newest of each entity. */
final class MemorySnapshotStore extends SnapshotStore {

  private static final Future<Void> DONE = Futures.successful(null);

  private final MemoryStore store;

  MemorySnapshotStore() {
    this.store = context().system().settings().setup().get(MemoryStore.class).orElseThrow();
  }

  @Override
  public Future<Void> doSaveAsync(SnapshotMetadata metadata, Object snapshot) {
    store
        .history(metadata.persistenceId())
        .keepNewest(new StoredSnapshot(metadata.sequenceNr(), (Payload) snapshot));
    return DONE;
  }

  @Override
  public Future<Optional<SelectedSnapshot>> doLoadAsync(
      String persistenceId, SnapshotSelectionCriteria criteria) {
    return Futures.failed(new UnsupportedOperationException("snapshots are read by EventReader"));
  }

  @Override
  public Future<Void> doDeleteAsync(SnapshotMetadata metadata) {
    return Futures.failed(new UnsupportedOperationException("snapshots are never deleted"));
  }

  @Override
  public Future<Void> doDeleteAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
    return Futures.failed(new UnsupportedOperationException("snapshots are never deleted"));
  }
}
