/**
 * Stores in an SQL database: Akka's plugins for events and snapshots, and a reader of pages, by
 * plain JDBC over a few threads with a connection each. In come a dialect and settings, out comes a
 * journal store. The only package that knows {@code java.sql} and the tables; it never deletes or
 * alters what it finds.
 */
@NullMarked
package io.cloudstate.proxy.storage.jdbc;

import org.jspecify.annotations.NullMarked;
