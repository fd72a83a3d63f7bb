package io.cloudstate.bench.load;

/**
 * What a load generator measured.
 *
 * @param commands calls answered within the window
 * @param windowNanos length of the window
 * @param errors all calls that failed, whenever, and what else was found to be wrong
 */
public record LoadResult(
    long commands, long windowNanos, long p50Nanos, long p99Nanos, long p999Nanos, long errors) {

  static LoadResult of(LatencyHistogram latencies, long windowNanos, long errors) {
    return new LoadResult(
        latencies.count(),
        windowNanos,
        latencies.percentileNanos(50),
        latencies.percentileNanos(99),
        latencies.percentileNanos(99.9),
        errors);
  }

  public double commandsPerSecond() {
    return windowNanos == 0 ? 0 : commands * 1e9 / windowNanos;
  }

  /** One line that {@link #parse} reads. */
  String line() {
    return String.join(
        " ",
        Long.toString(commands),
        Long.toString(windowNanos),
        Long.toString(p50Nanos),
        Long.toString(p99Nanos),
        Long.toString(p999Nanos),
        Long.toString(errors));
  }

  public static LoadResult parse(String line) {
    var fields = line.split(" ");
    if (fields.length != 6) {
      throw new IllegalArgumentException("result: " + line + " (expected: six numbers)");
    }
    return new LoadResult(
        Long.parseLong(fields[0]),
        Long.parseLong(fields[1]),
        Long.parseLong(fields[2]),
        Long.parseLong(fields[3]),
        Long.parseLong(fields[4]),
        Long.parseLong(fields[5]));
  }
}
