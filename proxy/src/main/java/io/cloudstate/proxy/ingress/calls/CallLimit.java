package io.cloudstate.proxy.ingress.calls;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts the calls under way and keeps them within a bound. Thread-safe. */
final class CallLimit {

  private final int max;
  private final AtomicInteger underWay = new AtomicInteger();

  CallLimit(int max) {
    this.max = max;
  }

  /** Whether one more call may run; if so, {@link #leave} follows when it ends, exactly once. */
  boolean tryEnter() {
    if (underWay.incrementAndGet() <= max) {
      return true;
    }
    underWay.decrementAndGet();
    return false;
  }

  void leave() {
    underWay.decrementAndGet();
  }
}
