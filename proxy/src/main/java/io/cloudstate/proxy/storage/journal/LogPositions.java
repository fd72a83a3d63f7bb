package io.cloudstate.proxy.storage.journal;

import java.util.concurrent.CompletionStage;

/**
 * Keeps how far consumers have got, beside the events. Thread-safe; never blocks the caller; stages
 * fail as those of {@link EventStore} do.
 */
public interface LogPositions {

  /**
   * Who has got there.
   *
   * @param log persistence id of the type
   */
  record Key(String service, String group, String log) {}

  /** One of so many parts into which the entities are divided, numbered from 0. */
  record Slice(int number, int of) {

    /** Which one an entity is in; the same in every process and release. */
    public static int of(String persistenceId, int slices) {
      return Math.floorMod(persistenceId.hashCode(), slices);
    }

    public boolean holds(String persistenceId) {
      return of(persistenceId, of) == number;
    }

    @Override
    public String toString() {
      return number + "/" + of;
    }
  }

  /**
   * The position of a slice. A consumer without any begins after {@code start}, with all its
   * slices. One that was divided into another number of slices goes on where all of those were done
   * with everything, and their positions are forgotten.
   */
  CompletionStage<LogPosition> open(Key key, Slice slice, long start);

  /** Durable when it completes with true; false when the position is not there any more. */
  CompletionStage<Boolean> save(Key key, Slice slice, LogPosition position);
}
