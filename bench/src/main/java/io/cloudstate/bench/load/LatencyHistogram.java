package io.cloudstate.bench.load;

import java.util.Arrays;

/**
 * Counts durations in buckets that are at most 1/128 of their value wide. Recording allocates
 * nothing. Not thread-safe: one for each thread, added up afterwards.
 */
public final class LatencyHistogram {

  private static final int PRECISION_BITS = 7;
  private static final int BUCKETS_PER_OCTAVE = 1 << PRECISION_BITS;

  private final long[] counts = new long[(Long.SIZE - PRECISION_BITS) * BUCKETS_PER_OCTAVE];
  private long count;
  private long max;

  /** Counts one; less than 0 is taken as 0. */
  public void record(long nanos) {
    var value = Math.max(0, nanos);
    counts[bucket(value)]++;
    count++;
    max = Math.max(max, value);
  }

  public void add(LatencyHistogram other) {
    Arrays.setAll(counts, i -> counts[i] + other.counts[i]);
    count += other.count;
    max = Math.max(max, other.max);
  }

  public long count() {
    return count;
  }

  public long maxNanos() {
    return max;
  }

  /**
   * The smallest duration that at least this share of all did not exceed, up to the width of a
   * bucket above the exact one; 0 if nothing was recorded.
   *
   * @param percentile from 0 to 100
   */
  public long percentileNanos(double percentile) {
    var rank = Math.max(1, (long) Math.ceil(count * percentile / 100));
    var seen = 0L;
    for (var i = 0; i < counts.length; i++) {
      seen += counts[i];
      if (seen >= rank) {
        return Math.min(max, highestOf(i));
      }
    }
    return 0;
  }

  private static int bucket(long value) {
    if (value < BUCKETS_PER_OCTAVE) {
      return (int) value;
    }
    var shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(value) - PRECISION_BITS;
    return shift * BUCKETS_PER_OCTAVE + (int) (value >>> shift);
  }

  private static long highestOf(int bucket) {
    if (bucket < 2 * BUCKETS_PER_OCTAVE) {
      return bucket;
    }
    var shift = bucket / BUCKETS_PER_OCTAVE - 1;
    var lowest = (long) (bucket - shift * BUCKETS_PER_OCTAVE) << shift;
    return lowest + (1L << shift) - 1;
  }
}
