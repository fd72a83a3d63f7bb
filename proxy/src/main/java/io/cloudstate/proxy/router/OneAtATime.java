package io.cloudstate.proxy.router;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Runs tasks of any thread one after the other, in the order they came, each on the thread that
 * brought it or on one that is busy here anyway. Never blocks; a task brought by a task runs after
 * it, not within.
 */
final class OneAtATime {

  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final Consumer<Throwable> onBug;

  /**
   * @param onBug gets what a task throws, in its turn
   */
  OneAtATime(Consumer<Throwable> onBug) {
    this.onBug = onBug;
  }

  void run(Runnable task) {
    tasks.add(task);
    if (waiting.getAndIncrement() > 0) {
      return;
    }
    do {
      try {
        tasks.remove().run();
      } catch (RuntimeException | Error e) {
        onBug.accept(e);
      }
    } while (waiting.decrementAndGet() > 0);
  }
}
