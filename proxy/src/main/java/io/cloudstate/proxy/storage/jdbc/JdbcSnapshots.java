package io.cloudstate.proxy.storage.jdbc;

import akka.dispatch.Futures;
import akka.persistence.SelectedSnapshot;
import akka.persistence.SnapshotMetadata;
import akka.persistence.SnapshotSelectionCriteria;
import akka.persistence.snapshot.japi.SnapshotStore;
import io.cloudstate.proxy.call.Payload;
import io.cloudstate.proxy.storage.journal.StoredSnapshot;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.concurrent.Future;

/**
 * Akka's snapshot plugin over a {@link JdbcStore}. Saving reports success as soon as it has begun:
 * a typed persistent actor runs what follows its events only after the snapshot is saved, and the
 * caller must not wait for that.
 */
final class JdbcSnapshots extends SnapshotStore {

  private static final Logger log = LoggerFactory.getLogger(JdbcSnapshots.class);
  private static final Future<Void> BEGUN = Futures.successful(null);

  private final JdbcStore store;

  JdbcSnapshots() {
    this.store = context().system().settings().setup().get(JdbcStore.class).orElseThrow();
  }

  @Override
  public Future<Void> doSaveAsync(SnapshotMetadata metadata, Object snapshot) {
    var stored = new StoredSnapshot(metadata.sequenceNr(), (Payload) snapshot);
    store
        .save(metadata.persistenceId(), stored, metadata.timestamp())
        .whenComplete(
            (saved, failure) -> {
              if (failure != null) {
                log.atWarn()
                    .addKeyValue("entity", metadata.persistenceId())
                    .addKeyValue("sequence", metadata.sequenceNr())
                    .log("snapshot not saved: {}", failure.getMessage());
              }
            });
    return BEGUN;
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
