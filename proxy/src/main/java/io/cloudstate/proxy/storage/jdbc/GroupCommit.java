package io.cloudstate.proxy.storage.jdbc;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.cloudstate.proxy.storage.journal.StorageUnavailable;
import io.cloudstate.proxy.storage.journal.StoreMetrics;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Writes for many entities in one transaction: each of a few writers takes what waits in a lane and
 * commits it; lanes take turns. A write that the database does not accept is found by halving the
 * group, so that it fails alone. Never blocks the caller.
 */
@ThreadSafe
final class GroupCommit implements AutoCloseable {

  /** Writes a group, all or none, and commits. */
  interface Transaction<W> {

    /** What became of each write, in their order; fails as a {@link Writer} does. */
    CompletionStage<List<Boolean>> run(Writer writer, List<W> writes);
  }

  private record Waiting<W>(W write, CompletableFuture<Boolean> written) {}

  /** What one writer commits at a time. */
  private record Group<W extends GroupedWrite>(Lane<W> lane, List<Waiting<W>> waiting) {

    void commit(Writer writer, Runnable next) {
      lane.commit(writer, waiting, next);
    }
  }

  private static final int MAX_ROWS = 512;
  private static final long MAX_BYTES = 1024 * 1024;

  private final Dialect dialect;
  private final Availability availability;
  private final StoreMetrics metrics;
  private final Writers writers;
  private final CountDownLatch ended;

  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final ArrayDeque<Lane<?>> lanes = new ArrayDeque<>(); // the one whose turn it is first

  /** Those without work, the last to have had some first: it is warm. */
  @GuardedBy("lock")
  private final ArrayDeque<Writer> idle = new ArrayDeque<>();

  @GuardedBy("lock")
  private boolean isClosed;

  /** Closes the writers when it is closed. */
  GroupCommit(Dialect dialect, Writers writers, Availability availability, StoreMetrics metrics) {
    this.dialect = dialect;
    this.writers = writers;
    this.availability = availability;
    this.metrics = metrics;
    this.idle.addAll(writers.all());
    this.ended = new CountDownLatch(idle.size());
  }

  /**
   * A queue of writes that go together.
   *
   * @param what messages call them
   * @param maxWaitingRows more are refused
   */
  <W extends GroupedWrite> Lane<W> lane(
      String what, int maxWaitingRows, Transaction<W> transaction) {
    var lane = new Lane<W>(what, maxWaitingRows, transaction);
    lock.lock();
    try {
      lanes.add(lane);
    } finally {
      lock.unlock();
    }
    return lane;
  }

  /** What waits is still written, but not waited for. */
  @Override
  public void close() {
    lock.lock();
    try {
      isClosed = true;
      for (var writer = idle.poll(); writer != null; writer = idle.poll()) {
        wake(writer);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits until what was there when it was closed is written; then closes the writers. */
  boolean awaitEnd(long nanos) throws InterruptedException {
    try {
      return ended.await(nanos, TimeUnit.NANOSECONDS);
    } finally {
      writers.close();
    }
  }

  private void wake(Writer writer) {
    writer.execute(() -> work(writer));
  }

  /** On the writer's thread. */
  private void work(Writer writer) {
    var group = next(writer);
    if (group != null) {
      // Not at once: what comes meanwhile on the same thread goes along.
      group.commit(writer, () -> wake(writer));
    }
  }

  private void end(Writer writer) {
    writer.disconnect();
    ended.countDown();
  }

  /** What waits now, within limits; null when there is nothing, or nothing more to come. */
  private @Nullable Group<?> next(Writer writer) {
    lock.lock();
    try {
      var lane = laneToServe();
      if (lane == null) {
        if (isClosed) {
          writer.execute(() -> end(writer));
        } else {
          idle.push(writer);
        }
        return null;
      }
      lanes.remove(lane);
      lanes.add(lane);
      var group = lane.takeGroup();
      if (laneToServe() != null) {
        wakeOne();
      }
      return group;
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private @Nullable Lane<?> laneToServe() {
    for (var lane : lanes) {
      if (!lane.queue.isEmpty()) {
        return lane;
      }
    }
    return null;
  }

  /** One on the caller's thread, if there is: nobody has to be woken up for that. */
  @GuardedBy("lock")
  private void wakeOne() {
    var found = idle.peek();
    for (var writer : idle) {
      if (writer.isHere()) {
        found = writer;
        break;
      }
    }
    if (found != null) {
      idle.remove(found);
      wake(found);
    }
  }

  /** A queue of writes of one kind; groups are made of one lane. */
  final class Lane<W extends GroupedWrite> {

    private final String what;
    private final int maxWaitingRows;
    private final Transaction<W> transaction;

    // Guarded by the lock, which the checker does not see from outside.
    private final ArrayDeque<Waiting<W>> queue = new ArrayDeque<>();
    private int waitingRows;

    private Lane(String what, int maxWaitingRows, Transaction<W> transaction) {
      this.what = what;
      this.maxWaitingRows = maxWaitingRows;
      this.transaction = transaction;
    }

    /** Completes when the write is durable or refused; fails at once when the database is lost. */
    CompletionStage<Boolean> submit(W write) {
      var trouble = availability.trouble();
      return trouble != null ? CompletableFuture.failedFuture(trouble) : enqueue(write);
    }

    private CompletionStage<Boolean> enqueue(W write) {
      lock.lock();
      try {
        var isFull = waitingRows > 0 && waitingRows + write.rows() > maxWaitingRows;
        if (isClosed || isFull) {
          return CompletableFuture.failedFuture(
              new StorageUnavailable(
                  dialect.database() + " is closed, or too many " + what + " wait for it"));
        }
        var waiting = new Waiting<>(write, new CompletableFuture<Boolean>());
        queue.add(waiting);
        waitingRows += write.rows();
        wakeOne();
        return waiting.written();
      } finally {
        lock.unlock();
      }
    }

    private Group<W> takeGroup() {
      var group = new ArrayList<Waiting<W>>(Math.min(queue.size(), MAX_ROWS));
      var rows = 0;
      var bytes = 0L;
      for (var head = queue.peek(); head != null; head = queue.peek()) {
        rows += head.write().rows();
        bytes += head.write().bytes();
        if (!group.isEmpty() && (rows > MAX_ROWS || bytes > MAX_BYTES)) {
          break;
        }
        group.add(queue.remove());
        waitingRows -= head.write().rows();
      }
      return new Group<>(this, group);
    }

    /**
     * Commits, on the writer's thread.
     *
     * @param next is run there, when everybody has been answered
     */
    private void commit(Writer writer, List<Waiting<W>> group, Runnable next) {
      var startedNanos = System.nanoTime();
      run(writer, group.stream().map(Waiting::write).toList())
          .whenComplete(
              (areWritten, failure) -> {
                if (failure == null) {
                  metrics.committed(what, group.size(), System.nanoTime() - startedNanos);
                  for (var i = 0; i < group.size(); i++) {
                    group.get(i).written().complete(areWritten.get(i));
                  }
                  next.run();
                } else {
                  failed(writer, group, unwrapped(failure), next);
                }
              });
    }

    /** The writer must come back for the next group, whatever happens to this one. */
    private CompletionStage<List<Boolean>> run(Writer writer, List<W> writes) {
      try {
        return transaction.run(writer, writes);
      } catch (RuntimeException e) {
        return CompletableFuture.failedFuture(e);
      }
    }

    private void failed(Writer writer, List<Waiting<W>> group, Throwable failure, Runnable next) {
      if (failure instanceof SQLException && group.size() > 1) {
        var middle = group.size() / 2;
        var second = group.subList(middle, group.size());
        // By way of the thread's queue: the stack must not grow with the group.
        writer.execute(
            () ->
                commit(
                    writer,
                    group.subList(0, middle),
                    () -> writer.execute(() -> commit(writer, second, next))));
        return;
      }
      if (failure instanceof SQLException refused) {
        refuse(group.get(0), refused);
      } else {
        metrics.writeFailed();
        group.forEach(waiting -> waiting.written().completeExceptionally(failure));
      }
      next.run();
    }

    private static Throwable unwrapped(Throwable failure) {
      var cause = failure.getCause();
      return failure instanceof CompletionException && cause != null ? cause : failure;
    }

    /** A key that is taken has been written by another writer: no failure, but not written. */
    private void refuse(Waiting<W> waiting, SQLException cause) {
      if (dialect.isTaken(cause)) {
        waiting.written().complete(false);
        return;
      }
      metrics.writeFailed();
      var message =
          "%s refuses %s: %s"
              .formatted(dialect.database(), waiting.write().what(), cause.getMessage());
      waiting.written().completeExceptionally(new StorageUnavailable(message, cause));
    }
  }
}
