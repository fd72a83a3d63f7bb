/**
 * Stores in an SQL database: events and snapshots through akka-persistence-jdbc, read back by plain
 * JDBC, all over one connection pool. In come a dialect and the wish to create tables, out comes a
 * journal store. The only package that knows {@code java.sql}, Slick, and the library's tables; it
 * never deletes or alters what it finds.
 */
@NullMarked
package io.cloudstate.proxy.storage.jdbc;

import org.jspecify.annotations.NullMarked;
