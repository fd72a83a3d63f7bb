package io.cloudstate.proxy.storage.jdbc;

import io.cloudstate.proxy.storage.journal.EventWrite;
import io.cloudstate.proxy.storage.store.ValueWrite;
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

  /**
   * Writes events, all or none, and commits.
   *
   * @param writer id of the process that writes
   * @param timestampMillis since 1970
   * @throws SQLException with nothing written, or, if the connection failed, nobody knows
   */
  void insert(Connection connection, String writer, long timestampMillis, List<EventWrite> writes)
      throws SQLException;

  /**
   * Replaces the values whose stored revision is the expected one, stores what is published because
   * of those, and commits. Of two writes of one entity at most one finds that.
   *
   * @param timestampMillis since 1970
   * @return for each write, in their order, whether it was done
   * @throws SQLException as {@link #insert}
   */
  List<Boolean> writeValues(Connection connection, long timestampMillis, List<ValueWrite> writes)
      throws SQLException;

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

  /** How many transactions that write events run at a time. */
  int writers();

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
}
