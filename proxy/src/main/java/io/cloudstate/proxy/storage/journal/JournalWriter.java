package io.cloudstate.proxy.storage.journal;

import io.cloudstate.proxy.call.Payload;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Messages of the writer actor; the behavior itself is written by the storage work. */
public final class JournalWriter {

  private JournalWriter() {}

  public sealed interface Command {}

  /**
   * Writes events in one atomic batch, then starts saving the snapshot, if there is one, without
   * waiting for it.
   *
   * @param expectedSequence sequence number of the last event the caller knows; if the journal has
   *     another one, somebody else wrote, and nothing is written
   * @param events at least one
   */
  public record Write(long expectedSequence, List<Payload> events, @Nullable Payload snapshot)
      implements Command {}
}
