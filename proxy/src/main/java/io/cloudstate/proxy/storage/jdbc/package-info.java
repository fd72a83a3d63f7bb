/**
 * Stores in an SQL database: Akka's plugins for events and snapshots, a reader of pages, and
 * values, by plain JDBC over a few threads with a connection each. In come a dialect and settings,
 * out come a journal store and a value store. The only package that knows {@code java.sql} and the
 * tables; it never deletes or alters what it finds.
 */
@NullMarked
package io.cloudstate.proxy.storage.jdbc;

import org.jspecify.annotations.NullMarked;
