package io.cloudstate.proxy.storage.jdbc;

import io.cloudstate.proxy.storage.journal.EventWrite;
import io.cloudstate.proxy.storage.store.ValueWrite;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The only writer of H2, which takes one write at a time: with two, each has half as many to take
 * along (tried: 4k/s, not 7k/s). Its thread is blocked while it writes.
 */
final class H2Writer implements Writer, Writers {

  private final H2Dialect dialect;
  private final ThreadConnection connection;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            var made = new Thread(task, "store-writer");
            made.setDaemon(true);
            return made;
          });

  H2Writer(H2Dialect dialect, Availability availability) {
    this.dialect = dialect;
    this.connection = new ThreadConnection(dialect, availability);
  }

  @Override
  public List<? extends Writer> all() {
    return List.of(this);
  }

  /** H2 is in this process: a connection is as good as another. */
  @Override
  public CompletionStage<?> check() {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void execute(Runnable task) {
    thread.execute(task);
  }

  /** Nobody but this class is. */
  @Override
  public boolean isHere() {
    return false;
  }

  @Override
  public CompletionStage<List<Boolean>> insert(
      String process, long timestampMillis, List<EventWrite> writes) {
    return run(
        connection -> {
          dialect.insert(connection, process, timestampMillis, writes);
          return Collections.nCopies(writes.size(), true);
        });
  }

  @Override
  public CompletionStage<List<Boolean>> writeValues(long timestampMillis, List<ValueWrite> writes) {
    return run(connection -> dialect.writeValues(connection, timestampMillis, writes));
  }

  @Override
  public void disconnect() {
    connection.close();
  }

  @Override
  public void close() {
    thread.shutdown();
  }

  private <T> CompletionStage<T> run(ThreadConnection.Query<T> query) {
    try {
      return CompletableFuture.completedFuture(connection.run(query));
    } catch (SQLException | RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }
}
