package io.cloudstate.proxy.storage.jdbc;

import akka.dispatch.Futures;
import akka.dispatch.OnComplete;
import akka.persistence.SnapshotMetadata;
import akka.persistence.jdbc.snapshot.JdbcSnapshotStore;
import com.typesafe.config.Config;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.concurrent.Future;
import scala.runtime.BoxedUnit;

/**
 * The library's snapshot store, but saving reports success as soon as it has begun. A typed
 * persistent actor runs what follows its events only after the snapshot is saved, and the caller
 * must not wait for that.
 */
final class UnawaitedSnapshotStore extends JdbcSnapshotStore {

  private static final Logger log = LoggerFactory.getLogger(UnawaitedSnapshotStore.class);
  private static final Future<BoxedUnit> BEGUN = Futures.successful(BoxedUnit.UNIT);

  UnawaitedSnapshotStore(Config config) {
    super(config);
  }

  @Override
  public Future<BoxedUnit> saveAsync(SnapshotMetadata metadata, Object snapshot) {
    super.saveAsync(metadata, snapshot)
        .onComplete(
            new OnComplete<BoxedUnit>() {
              @Override
              public void onComplete(@Nullable Throwable failure, @Nullable BoxedUnit saved) {
                if (failure != null) {
                  log.atWarn()
                      .addKeyValue("entity", metadata.persistenceId())
                      .addKeyValue("sequence", metadata.sequenceNr())
                      .log("snapshot not saved: {}", failure.getMessage());
                }
              }
            },
            ec());
    return BEGUN;
  }
}
