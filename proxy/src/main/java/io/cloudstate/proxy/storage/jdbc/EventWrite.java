package io.cloudstate.proxy.storage.jdbc;

import io.cloudstate.proxy.call.Payload;
import java.util.List;

/**
 * Events of one entity that are written together or not at all.
 *
 * @param writer id of the writer's incarnation
 * @param timestampMillis since 1970
 * @param firstSequence number of the first event; the others follow without gaps
 * @param events at least one
 */
record EventWrite(
    String persistenceId,
    String writer,
    long timestampMillis,
    long firstSequence,
    List<Payload> events)
    implements GroupedWrite {

  @Override
  public int rows() {
    return events.size();
  }

  @Override
  public String what() {
    return "event " + firstSequence + " of " + persistenceId;
  }

  @Override
  public long bytes() {
    var bytes = 0L;
    for (var event : events) {
      bytes += event.value().size();
    }
    return bytes;
  }
}
