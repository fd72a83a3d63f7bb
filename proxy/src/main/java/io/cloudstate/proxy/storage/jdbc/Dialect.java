package io.cloudstate.proxy.storage.jdbc;

import io.cloudstate.proxy.storage.journal.StorageUnavailable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** All that differs between databases. */
public interface Dialect {

  /** What messages call the database; without secrets. */
  String database();

  /** A new connection, able to write. Blocks, no longer than the time-out for connecting. */
  Connection connect() throws SQLException;

  /** Makes the tables that are not there, in this order; leaves the others alone. */
  List<String> createTables();

  /**
   * Finds out what the tables alone do not tell.
   *
   * @throws SQLException when the connection fails
   * @param needed the tables that will be used
   * @throws SchemaMissing when tables are there but must not be used as they have to be
   */
  void checkRights(Connection connection, Set<Tables> needed) throws SQLException;

  /** What writes events and values; uses the database from the first write on. */
  Writers writers(Availability availability);

  /**
   * Writes a snapshot or replaces the one with its number: persistence id, sequence number, time of
   * creation, serializer, type URL, payload.
   */
  String upsertSnapshot();

  /**
   * Everybody, in any process, who may have taken a number for an event and whose transaction is
   * not over. Who is not among them has none, or what is written under it can be seen.
   */
  Set<String> eventWriters(Connection connection) throws SQLException;

  /** Whether the database lives in this process, and closes with its last connection. */
  boolean isEmbedded();

  /**
   * Whether a failure is about what was to be written, not about the database: other rows may still
   * be written, and the connection is good.
   */
  default boolean isAboutRows(SQLException failure) {
    var state = failure.getSQLState();
    if (state == null) {
      return false;
    }
    // data, constraints, and transactions that stood in each other's way
    return state.startsWith("22") || isTaken(failure) || state.startsWith("40");
  }

  /** Whether a row is refused because there is one with its key. */
  default boolean isTaken(SQLException failure) {
    var state = failure.getSQLState();
    return state != null && state.startsWith("23");
  }

  /** Why the database cannot be used, in words for the person who has to act. */
  String reason(SQLException failure);

  /** The failure as those have it who use the store. */
  default StorageUnavailable unavailable(SQLException failure) {
    return new StorageUnavailable(reason(failure), failure);
  }
}
