/**
 * Stores in an SQL database, by plain JDBC over a few threads with a connection each; what is
 * written to PostgreSQL goes by Vert.x's client on the event loops. In come a dialect and settings,
 * out come a journal store and a value store. The only package that knows {@code java.sql} and the
 * tables; it never deletes or alters what it finds.
 */
@NullMarked
package io.cloudstate.proxy.storage.jdbc;

import org.jspecify.annotations.NullMarked;
