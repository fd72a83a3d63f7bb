package io.cloudstate.proxy.router;

import java.util.concurrent.Semaphore;

/** How many asynchronous side effects may still be started on this node. Thread-safe. */
final class AsyncEffects {

  private final Semaphore free;

  AsyncEffects(int max) {
    this.free = new Semaphore(max);
  }

  /** Takes a place; false when there is none. */
  boolean tryStart() {
    return free.tryAcquire();
  }

  void done() {
    free.release();
  }
}
