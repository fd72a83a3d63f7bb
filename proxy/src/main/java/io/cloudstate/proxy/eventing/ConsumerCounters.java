package io.cloudstate.proxy.eventing;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.concurrent.atomic.LongAdder;

/** What one consumer has done on this node since it started; numbers only grow. */
@ThreadSafe
public final class ConsumerCounters {

  final LongAdder consumed = new LongAdder();
  final LongAdder failed = new LongAdder();
  final LongAdder retried = new LongAdder();
  final LongAdder skipped = new LongAdder();
  final LongAdder deadLettered = new LongAdder();
  final LongAdder published = new LongAdder();

  public ConsumerCounters() {}

  /** Which have counted already. */
  public ConsumerCounters(
      long consumed, long failed, long retried, long skipped, long deadLettered) {
    this.consumed.add(consumed);
    this.failed.add(failed);
    this.retried.add(retried);
    this.skipped.add(skipped);
    this.deadLettered.add(deadLettered);
  }

  /** Events that were processed. */
  public long consumed() {
    return consumed.sum();
  }

  /** Attempts that failed. */
  public long failed() {
    return failed.sum();
  }

  /** Attempts after the first. */
  public long retried() {
    return retried.sum();
  }

  /** Events that were left out. */
  public long skipped() {
    return skipped.sum();
  }

  /** Events that were published to a dead-letter topic. */
  public long deadLettered() {
    return deadLettered.sum();
  }

  /** Replies that were published. */
  public long published() {
    return published.sum();
  }
}
