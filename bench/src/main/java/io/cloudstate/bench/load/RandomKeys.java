package io.cloudstate.bench.load;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Any key, as long as the caller is one of those allowed. A warm-up of its own, with more callers,
 * has keys of its own, behind the others; when it is over, each of the others is called once before
 * any is called again. So all of them have been loaded by those who call them when it counts.
 *
 * <p>Thread-safe; the same caller asks from one thread.
 */
final class RandomKeys implements Callers.Keys {

  private final List<SplittableRandom> randoms = new ArrayList<>();
  private final int keys;
  private final AtomicInteger onceEach; // the next of those to be called once
  private final CountDownLatch called;
  private volatile int warmUpFrom; // 0: no warm-up of its own, or no more
  private volatile int allowed;

  /**
   * @param callers at first
   * @param keys that are to be measured: from 0
   * @param hasOwnWarmUp whether as many keys behind them are called until {@link #settle}
   */
  RandomKeys(int callers, int keys, boolean hasOwnWarmUp) {
    var seed = new SplittableRandom(1);
    for (var i = 0; i < callers; i++) {
      randoms.add(seed.split());
    }
    this.keys = keys;
    allowed = callers;
    warmUpFrom = hasOwnWarmUp ? keys : 0;
    called = new CountDownLatch(hasOwnWarmUp ? keys : 0);
    onceEach = new AtomicInteger(hasOwnWarmUp ? 0 : keys);
  }

  /** The warm-up of its own is over; from now on only so many callers go on. */
  void settle(int callers) {
    allowed = callers;
    warmUpFrom = 0; // last: who is not allowed any more must not take one of the others
  }

  /** Waits until each key that is to be called once is being called. */
  boolean awaitEachCalled(long millis) throws InterruptedException {
    return called.await(millis, TimeUnit.MILLISECONDS);
  }

  /** Nobody goes on. */
  void end() {
    allowed = 0;
  }

  @Override
  public int next(int caller) {
    var from = warmUpFrom; // first, as it is written last
    if (caller >= allowed) {
      return NONE;
    }
    if (from == 0 && onceEach.get() < keys) {
      var key = onceEach.getAndIncrement();
      called.countDown();
      if (key < keys) {
        return key;
      }
    }
    return from + randoms.get(caller).nextInt(keys);
  }
}
