package io.cloudstate.proxy.storage.jdbc;

import io.cloudstate.proxy.storage.journal.EventWrite;
import io.cloudstate.proxy.storage.store.ValueWrite;
import io.netty.channel.EventLoop;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Writes to a PostgreSQL server on an event loop; each group is one statement. */
final class PostgresWriter implements Writer {

  private final PostgresDialect dialect;
  private final Availability availability;
  private final EventLoop loop;
  private final Supplier<CompletionStage<PostgresConnection>> connecting;

  // On the loop only.
  private @Nullable PostgresConnection connection;
  private int generation;

  /**
   * Connects when it is needed.
   *
   * @param connecting to the server, on this loop
   */
  PostgresWriter(
      PostgresDialect dialect,
      Availability availability,
      EventLoop loop,
      Supplier<CompletionStage<PostgresConnection>> connecting) {
    this.dialect = dialect;
    this.availability = availability;
    this.loop = loop;
    this.connecting = connecting;
  }

  @Override
  public void execute(Runnable task) {
    loop.execute(task);
  }

  @Override
  public boolean isHere() {
    return loop.inEventLoop();
  }

  @Override
  public CompletionStage<List<Boolean>> insert(
      String process, long timestampMillis, List<EventWrite> writes) {
    return run(PostgresStatement.insert(process, timestampMillis, writes))
        .thenApply(rows -> Collections.nCopies(writes.size(), true));
  }

  @Override
  public CompletionStage<List<Boolean>> writeValues(long timestampMillis, List<ValueWrite> writes) {
    return run(PostgresStatement.writeValues(timestampMillis, writes))
        .thenApply(
            rows -> {
              var areWritten = new ArrayList<>(Collections.nCopies(writes.size(), false));
              rows.forEach(row -> areWritten.set(row.getInteger(0), true));
              return areWritten;
            });
  }

  @Override
  public void disconnect() {
    var old = connection;
    connection = null;
    if (old != null) {
      old.close();
    }
  }

  private CompletionStage<RowSet<Row>> run(PostgresStatement statement) {
    var trouble = availability.trouble();
    if (trouble != null) {
      return CompletableFuture.failedFuture(trouble);
    }
    var result = new CompletableFuture<RowSet<Row>>();
    var open = connection;
    if (open == null || !open.isOpen() || generation != availability.generation()) {
      connectAndRun(statement, result);
    } else if (open.isTrusted()) {
      run(open, statement, result);
    } else {
      open.validate()
          .whenComplete(
              (valid, failure) -> {
                if (failure == null) {
                  run(open, statement, result);
                } else {
                  connectAndRun(statement, result);
                }
              });
    }
    return result;
  }

  private void connectAndRun(PostgresStatement statement, CompletableFuture<RowSet<Row>> result) {
    disconnect();
    var current = availability.generation();
    connecting
        .get()
        .whenComplete(
            (opened, failure) -> {
              if (failure == null) {
                connection = opened;
                generation = current;
                run(opened, statement, result);
              } else {
                result.completeExceptionally(availability.lost(dialect, (SQLException) failure));
              }
            });
  }

  private void run(
      PostgresConnection open, PostgresStatement statement, CompletableFuture<RowSet<Row>> result) {
    open.run(statement)
        .whenComplete(
            (rows, failure) -> {
              if (failure == null) {
                result.complete(rows);
              } else if (dialect.isAboutRows((SQLException) failure)) {
                result.completeExceptionally(failure);
              } else {
                disconnect();
                result.completeExceptionally(availability.lost(dialect, (SQLException) failure));
              }
            });
  }
}
