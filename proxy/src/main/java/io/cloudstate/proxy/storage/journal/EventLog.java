package io.cloudstate.proxy.storage.journal;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The events of all entities in the order in which they were numbered. Numbers grow and have gaps:
 * of events that nobody will ever see, because their transaction was rolled back, and of events
 * that are yet to be seen, because their transaction is not over. {@link Read#writers} tells them
 * apart (docs/decisions/0010).
 *
 * <p>The next event of an entity is written only when the one before can be seen, and so has a
 * higher number than everything that was seen together with a gap at the one before. Who reads on
 * behind a gap, and comes back to it, meets the events of each entity in their order.
 *
 * <p>Thread-safe; never blocks the caller. Stages complete on a thread of the store, or before they
 * are returned, and fail as those of {@link EventStore} do.
 */
public interface EventLog {

  /** Numbers from one to another, both included. */
  record Numbers(long from, long to) {}

  /**
   * What is to be read.
   *
   * @param typePrefix with which the persistence ids of the events begin
   * @param after only numbers above this are new
   * @param maxNew how many new numbers are looked at; 0 for none
   * @param open numbers below that have not been seen yet
   * @param wantsWriters whether to find out who writes
   */
  record Query(
      String typePrefix, long after, int maxNew, List<Numbers> open, boolean wantsWriters) {

    public Query {
      open = List.copyOf(open);
    }
  }

  /**
   * An event that can be seen.
   *
   * @param persistenceId null if it is of another type
   * @param bytes of the payload; 0 if it is of another type
   */
  record Entry(long number, @Nullable String persistenceId, long bytes) {}

  /**
   * What was found, each part as of a moment not before that of the part before.
   *
   * @param writers everybody who may hold a number and is not done with it; null if that was not
   *     asked for
   * @param entries the new numbers that can be seen: all of the type, of others perhaps only some
   * @param missing the new numbers that cannot be seen, up to {@code scannedTo}
   * @param scannedTo the highest number looked at; {@code after} if there was none
   * @param mayBeMore whether there may be new numbers above that
   * @param appeared numbers of those that were open
   * @param isWhole whether {@code appeared} holds all there are
   */
  record Read(
      @Nullable Set<String> writers,
      List<Entry> entries,
      List<Numbers> missing,
      long scannedTo,
      boolean mayBeMore,
      List<Entry> appeared,
      boolean isWhole) {}

  /** Something that goes on until it is closed. */
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }

  /** The highest number that can be seen; 0 if there is none. */
  CompletionStage<Long> head();

  CompletionStage<Read> read(Query query);

  /** The events with these numbers, ascending; those that are not there are left out. */
  CompletionStage<List<LoggedEvent>> fetch(List<Long> numbers);

  /**
   * Calls the listener with the persistence id of each entity for which this process has stored
   * events, when they can be read. It must return at once.
   */
  Watch watch(Consumer<String> listener);
}
