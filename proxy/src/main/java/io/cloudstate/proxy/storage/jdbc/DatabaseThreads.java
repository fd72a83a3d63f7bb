package io.cloudstate.proxy.storage.jdbc;

import io.cloudstate.proxy.storage.journal.StorageUnavailable;
import io.cloudstate.proxy.storage.journal.StoreMetrics;
import java.sql.SQLException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A few threads, each with a connection of its own, and a bounded queue in front. Thread-safe;
 * never blocks the caller. A stage fails at once when the database is lost or too many wait.
 */
final class DatabaseThreads implements AutoCloseable {

  private final Dialect dialect;
  private final Availability availability;
  private final StoreMetrics metrics;
  private final ThreadPoolExecutor threads;
  private final ThreadLocal<ThreadConnection> session;

  DatabaseThreads(
      Dialect dialect,
      Availability availability,
      StoreMetrics metrics,
      int threads,
      int maxWaiting) {
    this.dialect = dialect;
    this.availability = availability;
    this.metrics = metrics;
    this.session = ThreadLocal.withInitial(() -> new ThreadConnection(dialect, availability));
    var count = new AtomicInteger();
    this.threads =
        new ThreadPoolExecutor(
            threads,
            threads,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(maxWaiting),
            task -> {
              var thread = new Thread(() -> runThenClose(task), "store-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  <T> CompletionStage<T> submit(ThreadConnection.Query<T> query) {
    var trouble = availability.trouble();
    if (trouble != null) {
      return CompletableFuture.failedFuture(trouble);
    }
    try {
      return CompletableFuture.supplyAsync(() -> run(query), threads);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(
          new StorageUnavailable(
              dialect.database() + " is closed, or too many reads wait for it", e));
    }
  }

  /** What waits is still done, but not waited for. */
  @Override
  public void close() {
    threads.shutdown();
  }

  boolean awaitEnd(long nanos) throws InterruptedException {
    return threads.awaitTermination(nanos, TimeUnit.NANOSECONDS);
  }

  private <T> T run(ThreadConnection.Query<T> query) {
    var startedNanos = System.nanoTime();
    var isDone = false;
    try {
      var result = session.get().run(query);
      isDone = true;
      return result;
    } catch (SQLException e) {
      throw dialect.unavailable(e);
    } finally {
      metrics.queried(!isDone, System.nanoTime() - startedNanos);
    }
  }

  private void runThenClose(Runnable task) {
    try {
      task.run();
    } finally {
      session.get().close();
      session.remove();
    }
  }
}
