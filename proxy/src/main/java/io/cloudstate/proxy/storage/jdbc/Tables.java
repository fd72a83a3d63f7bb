package io.cloudstate.proxy.storage.jdbc;

/** The tables that a kind of entity needs, or a consumer. */
public enum Tables {
  /** Of events and snapshots. */
  EVENTS,
  /** Of values. */
  VALUES,
  /** Of consumers of event logs, and those that they read. */
  EVENT_LOGS,
  /** Of replies that are to be published. */
  OUTBOX
}
