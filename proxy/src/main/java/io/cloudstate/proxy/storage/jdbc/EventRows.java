package io.cloudstate.proxy.storage.jdbc;

import io.cloudstate.proxy.storage.journal.EventWrite;

/** Events on their way to their rows. */
record EventRows(EventWrite write) implements GroupedWrite {

  @Override
  public int rows() {
    return write.events().size();
  }

  @Override
  public long bytes() {
    var bytes = 0L;
    for (var event : write.events()) {
      bytes += event.value().size();
    }
    return bytes;
  }

  @Override
  public String what() {
    return "event " + write.firstSequence() + " of " + write.persistenceId();
  }
}
