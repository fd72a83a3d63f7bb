package io.cloudstate.proxy.entity.crdt.data;

/** Sums that stop at the end of their range instead of beginning anew at the other one. */
final class Saturating {

  private Saturating() {}

  static long plus(long a, long b) {
    var sum = a + b;
    if (((a ^ sum) & (b ^ sum)) < 0) {
      return a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
    return sum;
  }

  /** Of numbers without sign. */
  static long plusUnsigned(long a, long b) {
    var sum = a + b;
    return Long.compareUnsigned(sum, a) < 0 ? -1L : sum;
  }
}
