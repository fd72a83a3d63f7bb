package io.cloudstate.proxy.eventing.broker;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.cloudstate.proxy.eventing.CloudEvent;
import io.cloudstate.proxy.eventing.EventHandler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Hands the events of one partition to a handler: in order per key, several keys at a time. What
 * the handler fails at ends the delivery. Never blocks; the handler is called by whoever brings an
 * event or ends one.
 */
@ThreadSafe
public final class Delivery {

  /** Hears, on any thread, what has become of an event. */
  public interface Listener {

    /** An event is done with. */
    void onProgress();

    /** The handler has failed at an event; no further ones are handed over. */
    void onFailure(Throwable cause);
  }

  private final EventHandler handler;
  private final Listener listener;
  private final AtomicInteger rounds = new AtomicInteger();

  @GuardedBy("this")
  private final KeyOrder<CloudEvent> order;

  @GuardedBy("this")
  private boolean isStopped;

  /**
   * A delivery of nothing yet.
   *
   * @param from offset up to which all are done with
   * @param maxRunning how many events may be with the handler at a time
   */
  public Delivery(long from, int maxRunning, EventHandler handler, Listener listener) {
    this.order = new KeyOrder<>(from, maxRunning);
    this.handler = handler;
    this.listener = listener;
  }

  /** The next event of the partition; {@link #handOver} starts it. */
  public synchronized void add(long offset, Object key, CloudEvent event) {
    order.add(offset, key, event);
  }

  /** Starts what may be started. Loops: what ends at once does not make the stack grow. */
  public void handOver() {
    if (rounds.getAndIncrement() > 0) {
      return;
    }
    do {
      for (var item = start(); item != null; item = start()) {
        var started = item;
        handle(started.event()).whenComplete((done, cause) -> ended(started, cause));
      }
    } while (rounds.decrementAndGet() > 0);
  }

  /** Starts nothing more; what is with the handler goes on. */
  public synchronized void stop() {
    isStopped = true;
  }

  /** Whether nothing is with the handler. */
  public synchronized boolean isQuiet() {
    return order.running() == 0;
  }

  /** The first offset that is not done with; all below it are. */
  public synchronized long next() {
    return order.next();
  }

  /** How many events it holds. */
  public synchronized int size() {
    return order.size();
  }

  private synchronized KeyOrder.@Nullable Item<CloudEvent> start() {
    return isStopped ? null : order.start();
  }

  private CompletionStage<Void> handle(CloudEvent event) {
    try {
      return handler.handle(event);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void ended(KeyOrder.Item<CloudEvent> item, @Nullable Throwable cause) {
    synchronized (this) {
      if (cause == null) {
        order.done(item);
      } else {
        order.failed();
        isStopped = true;
      }
    }
    if (cause == null) {
      handOver();
      listener.onProgress();
    } else {
      listener.onFailure(cause);
    }
  }
}
