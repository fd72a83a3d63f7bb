package io.cloudstate.proxy.storage.jdbc;

import io.cloudstate.proxy.storage.store.ValueWrite;

/** A value on its way to its row. */
record ValueRow(ValueWrite write) implements GroupedWrite {

  @Override
  public int rows() {
    return 1;
  }

  @Override
  public long bytes() {
    var value = write.value();
    return value == null ? 0 : value.value().size();
  }

  @Override
  public String what() {
    return "revision " + write.revision() + " of " + write.key();
  }
}
