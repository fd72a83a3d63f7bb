package io.cloudstate.proxy.testing;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** How long tests wait for something that has to come: generous, machines may be slow. */
final class Waiting {

  static final long SECONDS = 20;

  private Waiting() {}

  static <T> T take(BlockingQueue<T> queue, String what) {
    try {
      var element = queue.poll(SECONDS, TimeUnit.SECONDS);
      if (element == null) {
        throw new AssertionError("nothing came in %d s: %s".formatted(SECONDS, what));
      }
      return element;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for " + what, e);
    }
  }
}
