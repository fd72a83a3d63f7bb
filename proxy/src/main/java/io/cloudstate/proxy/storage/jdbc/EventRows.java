package io.cloudstate.proxy.storage.jdbc;

import io.cloudstate.proxy.storage.journal.EventWrite;

/** Events on their way to their rows. */
record EventRows(EventWrite write) implements GroupedWrite {

  @Override
  public int rows() {
    return write.events().size() + (write.outgoing() == null ? 0 : 1);
  }

  @Override
  public long bytes() {
    var bytes = 0L;
    for (var event : write.events()) {
      bytes += event.value().size();
    }
    var outgoing = write.outgoing();
    return outgoing == null ? bytes : bytes + outgoing.payload().value().size();
  }

  @Override
  public String what() {
    return "event " + write.firstSequence() + " of " + write.persistenceId();
  }
}
