package io.cloudstate.proxy.storage.jdbc;

/** What waits to be committed together with others. */
interface GroupedWrite {

  /** How many rows it makes, at least 1. */
  int rows();

  /** About how much it sends to the database. */
  long bytes();

  /** What messages call it. */
  String what();
}
