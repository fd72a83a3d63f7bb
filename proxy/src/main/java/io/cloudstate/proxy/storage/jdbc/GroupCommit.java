package io.cloudstate.proxy.storage.jdbc;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.cloudstate.proxy.storage.journal.StorageUnavailable;
import io.cloudstate.proxy.storage.journal.StoreMetrics;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes for many entities in one transaction: each of a few threads takes what waits in a lane and
 * commits it; lanes take turns. A write that the database does not accept is found by halving the
 * group, so that it fails alone. Never blocks the caller.
 */
@ThreadSafe
final class GroupCommit implements AutoCloseable {

  /** Writes a group, all or none, and commits. */
  interface Transaction<W> {

    /**
     * What became of each write, in their order.
     *
     * @throws SQLException with nothing written, or, if the connection failed, nobody knows
     */
    List<Boolean> run(Connection connection, List<W> writes) throws SQLException;
  }

  private record Waiting<W>(W write, CompletableFuture<Boolean> written) {}

  /** What one thread commits at a time. */
  private record Group<W extends GroupedWrite>(Lane<W> lane, List<Waiting<W>> waiting) {

    void commit(ThreadConnection session) {
      lane.commit(session, waiting);
    }
  }

  private static final int MAX_ROWS = 512;
  private static final long MAX_BYTES = 1024 * 1024;

  private final Dialect dialect;
  private final Availability availability;
  private final StoreMetrics metrics;
  private final List<Thread> threads;

  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final ArrayDeque<Lane<?>> lanes = new ArrayDeque<>(); // the one whose turn it is first

  /** One for each thread without work. The last to have had some is woken first: it is warm. */
  @GuardedBy("lock")
  private final ArrayDeque<Condition> idle = new ArrayDeque<>();

  @GuardedBy("lock")
  private boolean isClosed;

  GroupCommit(Dialect dialect, Availability availability, StoreMetrics metrics) {
    this.dialect = dialect;
    this.availability = availability;
    this.metrics = metrics;
    this.threads =
        IntStream.rangeClosed(1, dialect.writers())
            .mapToObj(number -> new Thread(this::work, "store-writer-" + number))
            .toList();
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

  void start() {
    for (var thread : threads) {
      thread.setDaemon(true);
      thread.start();
    }
  }

  /** What waits is still written, but not waited for. */
  @Override
  public void close() {
    lock.lock();
    try {
      isClosed = true;
      idle.forEach(Condition::signal);
    } finally {
      lock.unlock();
    }
  }

  boolean awaitEnd(long nanos) throws InterruptedException {
    var deadline = System.nanoTime() + nanos;
    for (var thread : threads) {
      thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
    }
    return threads.stream().noneMatch(Thread::isAlive);
  }

  private void work() {
    var isSomethingToDo = lock.newCondition();
    try (var session = new ThreadConnection(dialect, availability)) {
      for (var group = next(isSomethingToDo); group != null; group = next(isSomethingToDo)) {
        group.commit(session);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What waits now, within limits; null when there is nothing more to come. */
  private @Nullable Group<?> next(Condition isSomethingToDo) throws InterruptedException {
    lock.lock();
    try {
      var lane = laneToServe();
      while (lane == null && !isClosed) {
        idle.push(isSomethingToDo);
        try {
          isSomethingToDo.await();
        } finally {
          idle.remove(isSomethingToDo);
        }
        lane = laneToServe();
      }
      if (lane == null) {
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

  @GuardedBy("lock")
  private void wakeOne() {
    var last = idle.poll();
    if (last != null) {
      last.signal();
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

    private void commit(ThreadConnection session, List<Waiting<W>> group) {
      try {
        var writes = group.stream().map(Waiting::write).toList();
        var startedNanos = System.nanoTime();
        var results = session.run(connection -> transaction.run(connection, writes));
        metrics.committed(what, group.size(), System.nanoTime() - startedNanos);
        for (var i = 0; i < group.size(); i++) {
          group.get(i).written().complete(results.get(i));
        }
      } catch (SQLException e) {
        if (group.size() == 1) {
          refuse(group.get(0), e);
        } else {
          var middle = group.size() / 2;
          commit(session, group.subList(0, middle));
          commit(session, group.subList(middle, group.size()));
        }
      } catch (RuntimeException e) {
        metrics.writeFailed();
        group.forEach(waiting -> waiting.written().completeExceptionally(e));
      }
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
