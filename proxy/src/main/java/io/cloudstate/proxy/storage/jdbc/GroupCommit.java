package io.cloudstate.proxy.storage.jdbc;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.cloudstate.proxy.storage.journal.AnotherWriter;
import io.cloudstate.proxy.storage.journal.EventWrite;
import io.cloudstate.proxy.storage.journal.StorageUnavailable;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes events, those of many entities in one transaction: each of a few threads takes what waits
 * and commits it. A write that the database does not accept is found by halving the group, so that
 * it fails alone. Never blocks the caller.
 */
@ThreadSafe
final class GroupCommit implements AutoCloseable {

  private record Waiting(EventWrite write, CompletableFuture<@Nullable Void> written) {}

  private static final int MAX_EVENTS = 512;
  private static final long MAX_BYTES = 1024 * 1024;

  private final Dialect dialect;
  private final Availability availability;
  private final int maxWaitingEvents;
  private final Clock clock;
  private final String writer = UUID.randomUUID().toString();
  private final List<Thread> threads;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition isSomethingToDo = lock.newCondition();

  @GuardedBy("lock")
  private final ArrayDeque<Waiting> queue = new ArrayDeque<>();

  @GuardedBy("lock")
  private int waitingEvents;

  @GuardedBy("lock")
  private int idleThreads;

  @GuardedBy("lock")
  private boolean isClosed;

  GroupCommit(Dialect dialect, Availability availability, int maxWaitingEvents, Clock clock) {
    this.clock = clock;
    this.dialect = dialect;
    this.availability = availability;
    this.maxWaitingEvents = maxWaitingEvents;
    this.threads =
        IntStream.rangeClosed(1, dialect.writers())
            .mapToObj(number -> new Thread(this::work, "store-writer-" + number))
            .toList();
  }

  void start() {
    for (var thread : threads) {
      thread.setDaemon(true);
      thread.start();
    }
  }

  /** Completes when the events are durable; fails at once when the database is lost. */
  CompletionStage<@Nullable Void> submit(EventWrite write) {
    var trouble = availability.trouble();
    return trouble != null ? CompletableFuture.failedFuture(trouble) : enqueue(write);
  }

  private CompletionStage<@Nullable Void> enqueue(EventWrite write) {
    var events = write.events().size();
    lock.lock();
    try {
      var isFull = waitingEvents > 0 && waitingEvents + events > maxWaitingEvents;
      if (isClosed || isFull) {
        return CompletableFuture.failedFuture(
            new StorageUnavailable(
                dialect.database() + " is closed, or too many events wait for it"));
      }
      var waiting = new Waiting(write, new CompletableFuture<>());
      queue.add(waiting);
      waitingEvents += events;
      if (idleThreads > 0) {
        isSomethingToDo.signal();
      }
      return waiting.written();
    } finally {
      lock.unlock();
    }
  }

  /** What waits is still written, but not waited for. */
  @Override
  public void close() {
    lock.lock();
    try {
      isClosed = true;
      isSomethingToDo.signalAll();
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
    try (var session = new ThreadConnection(dialect, availability)) {
      for (var group = next(); !group.isEmpty(); group = next()) {
        write(session, group);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What waits now, within limits; empty when there is nothing more to come. */
  private List<Waiting> next() throws InterruptedException {
    lock.lock();
    try {
      while (queue.isEmpty() && !isClosed) {
        idleThreads++;
        try {
          isSomethingToDo.await();
        } finally {
          idleThreads--;
        }
      }
      return takeGroup();
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private List<Waiting> takeGroup() {
    var group = new ArrayList<Waiting>(Math.min(queue.size(), MAX_EVENTS));
    var events = 0;
    var bytes = 0L;
    for (var head = queue.peek(); head != null; head = queue.peek()) {
      events += head.write().events().size();
      bytes += head.write().bytes();
      if (!group.isEmpty() && (events > MAX_EVENTS || bytes > MAX_BYTES)) {
        break;
      }
      group.add(queue.remove());
      waitingEvents -= head.write().events().size();
    }
    if (!queue.isEmpty() && idleThreads > 0) {
      isSomethingToDo.signal();
    }
    return group;
  }

  private void write(ThreadConnection session, List<Waiting> group) {
    try {
      var writes = group.stream().map(Waiting::write).toList();
      session.run(
          connection -> {
            dialect.insert(connection, writer, clock.millis(), writes);
            return true;
          });
      group.forEach(waiting -> waiting.written().complete(null));
    } catch (SQLException e) {
      if (group.size() == 1) {
        group.get(0).written().completeExceptionally(refused(group.get(0).write(), e));
      } else {
        var middle = group.size() / 2;
        write(session, group.subList(0, middle));
        write(session, group.subList(middle, group.size()));
      }
    } catch (RuntimeException e) {
      group.forEach(waiting -> waiting.written().completeExceptionally(e));
    }
  }

  private StorageUnavailable refused(EventWrite write, SQLException cause) {
    var message =
        "%s refuses event %d of %s: %s"
            .formatted(
                dialect.database(),
                write.firstSequence(),
                write.persistenceId(),
                cause.getMessage());
    return dialect.isTaken(cause)
        ? new AnotherWriter(message, cause)
        : new StorageUnavailable(message, cause);
  }
}
