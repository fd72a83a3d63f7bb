package io.cloudstate.proxy.storage.jdbc;

import io.cloudstate.proxy.storage.store.ValueWrite;

/** A value on its way to its row. */
record ValueRow(ValueWrite write) implements GroupedWrite {

  @Override
  public int rows() {
    return write.outgoing() == null ? 1 : 2;
  }

  @Override
  public long bytes() {
    var value = write.value();
    var outgoing = write.outgoing();
    var bytes = value == null ? 0L : value.value().size();
    return outgoing == null ? bytes : bytes + outgoing.payload().value().size();
  }

  @Override
  public String what() {
    return "revision " + write.revision() + " of " + write.key();
  }
}
