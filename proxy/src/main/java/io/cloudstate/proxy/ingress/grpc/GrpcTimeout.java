package io.cloudstate.proxy.ingress.grpc;

import java.util.concurrent.TimeUnit;

/** Reads a {@code grpc-timeout} header. */
public final class GrpcTimeout {

  /** What {@link #nanos} says of a value that is none. */
  public static final long MALFORMED = -1;

  private static final int MAX_DIGITS = 8;

  private GrpcTimeout() {}

  /** The timeout, 0 included, or {@link #MALFORMED}. */
  public static long nanos(String value) {
    int digits = value.length() - 1;
    if (digits < 1 || digits > MAX_DIGITS) {
      return MALFORMED;
    }
    long amount = 0;
    for (int i = 0; i < digits; i++) {
      char c = value.charAt(i);
      if (c < '0' || c > '9') {
        return MALFORMED;
      }
      amount = amount * 10 + (c - '0');
    }
    return switch (value.charAt(digits)) {
      case 'H' -> TimeUnit.HOURS.toNanos(amount);
      case 'M' -> TimeUnit.MINUTES.toNanos(amount);
      case 'S' -> TimeUnit.SECONDS.toNanos(amount);
      case 'm' -> TimeUnit.MILLISECONDS.toNanos(amount);
      case 'u' -> TimeUnit.MICROSECONDS.toNanos(amount);
      case 'n' -> amount;
      default -> MALFORMED;
    };
  }
}
