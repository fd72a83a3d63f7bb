package io.cloudstate.proxy.storage.jdbc;

/** The tables that a kind of entity needs. */
public enum Tables {
  /** Of events and snapshots. */
  EVENTS,
  /** Of values. */
  VALUES,
  /** Of replies that are to be published. */
  OUTBOX
}
