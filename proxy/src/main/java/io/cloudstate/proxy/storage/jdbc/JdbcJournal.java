package io.cloudstate.proxy.storage.jdbc;

import akka.persistence.AtomicWrite;
import akka.persistence.PersistentRepr;
import akka.persistence.journal.Tagged;
import akka.persistence.journal.japi.AsyncWriteJournal;
import io.cloudstate.proxy.call.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import scala.concurrent.Future;
import scala.jdk.javaapi.FutureConverters;

/**
 * Akka's journal plugin over a {@link JdbcStore}. Tags are dropped: the type of an entity stands in
 * its persistence id.
 */
final class JdbcJournal extends AsyncWriteJournal {

  // Empty stands for: none rejected.
  private static final Iterable<Optional<Exception>> ALL_WRITTEN = List.of();

  private final JdbcStore store;

  JdbcJournal() {
    this.store = context().system().settings().setup().get(JdbcStore.class).orElseThrow();
  }

  /** The messages are of one entity; they are written together. */
  @Override
  public Future<Iterable<Optional<Exception>>> doAsyncWriteMessages(
      Iterable<AtomicWrite> messages) {
    return scala(store.write(eventWrite(messages)).thenApply(written -> ALL_WRITTEN));
  }

  @Override
  public Future<Void> doAsyncDeleteMessagesTo(String persistenceId, long toSequence) {
    return akka.dispatch.Futures.failed(
        new UnsupportedOperationException("events are never deleted"));
  }

  @Override
  public Future<Void> doAsyncReplayMessages(
      String persistenceId, long from, long to, long max, Consumer<PersistentRepr> replay) {
    return akka.dispatch.Futures.failed(
        new UnsupportedOperationException("events are read by EventReader"));
  }

  @Override
  public Future<Long> doAsyncReadHighestSequenceNr(String persistenceId, long fromSequence) {
    return scala(store.lastSequence(persistenceId));
  }

  private static <T> Future<T> scala(CompletionStage<T> stage) {
    return FutureConverters.asScala(stage);
  }

  private static EventWrite eventWrite(Iterable<AtomicWrite> messages) {
    var events = new ArrayList<Payload>(1);
    PersistentRepr first = null;
    for (var message : messages) {
      for (var reprs = message.payload().iterator(); reprs.hasNext(); ) {
        var repr = reprs.next();
        first = first == null ? repr : first;
        events.add(payload(repr));
      }
    }
    if (first == null) {
      throw new AssertionError("nothing to write");
    }
    return new EventWrite(
        first.persistenceId(), first.writerUuid(), first.timestamp(), first.sequenceNr(), events);
  }

  private static Payload payload(PersistentRepr event) {
    return event.payload() instanceof Tagged tagged
        ? (Payload) tagged.payload()
        : (Payload) event.payload();
  }
}
