package io.cloudstate.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {

  private static final Percentage PRECISION = Percentage.withPercentage(0.8);

  private final LatencyHistogram histogram = new LatencyHistogram();

  @Test
  void nothingRecordedIsZero() {
    assertThat(histogram.percentileNanos(99)).isZero();
    assertThat(histogram.count()).isZero();
  }

  @Test
  void percentilesAreWithinTheWidthOfABucket() {
    for (var micros = 1; micros <= 100_000; micros++) {
      histogram.record(micros * 1000L);
    }
    assertThat(histogram.percentileNanos(50)).isCloseTo(50_000_000L, PRECISION);
    assertThat(histogram.percentileNanos(99)).isCloseTo(99_000_000L, PRECISION);
    assertThat(histogram.percentileNanos(99.9)).isCloseTo(99_900_000L, PRECISION);
    assertThat(histogram.percentileNanos(100)).isEqualTo(100_000_000L);
  }

  @Test
  void everyOrderOfMagnitudeHasABucketThatHoldsIt() {
    for (var nanos = 1L; nanos > 0 && nanos < Long.MAX_VALUE / 3; nanos *= 3) {
      var one = new LatencyHistogram();
      one.record(nanos);
      one.record(Long.MAX_VALUE);
      assertThat(one.percentileNanos(50)).isBetween(nanos, nanos + nanos / 100);
    }
  }

  @Test
  void smallValuesAreExact() {
    for (var nanos = 0; nanos < 200; nanos++) {
      histogram.record(nanos);
    }
    assertThat(histogram.percentileNanos(50)).isEqualTo(99);
    assertThat(histogram.percentileNanos(1)).isEqualTo(1);
  }

  @Test
  void aRareOutlierIsAtTheEndOnly() {
    for (var i = 0; i < 999; i++) {
      histogram.record(1_000_000);
    }
    histogram.record(5_000_000_000L);
    assertThat(histogram.percentileNanos(99.9)).isCloseTo(1_000_000L, within(8_000L));
    assertThat(histogram.percentileNanos(99.95)).isEqualTo(5_000_000_000L);
    assertThat(histogram.maxNanos()).isEqualTo(5_000_000_000L);
  }

  @Test
  void histogramsAddUp() {
    var other = new LatencyHistogram();
    histogram.record(10);
    other.record(20);
    other.record(30);
    histogram.add(other);
    assertThat(histogram.count()).isEqualTo(3);
    assertThat(histogram.percentileNanos(50)).isEqualTo(20);
    assertThat(histogram.maxNanos()).isEqualTo(30);
  }

  @Test
  void aResultIsReadFromItsLine() {
    histogram.record(100);
    var result = LoadResult.of(histogram, 2_000_000_000L, 3);
    assertThat(LoadResult.parse(result.line())).isEqualTo(result);
    assertThat(result.commandsPerSecond()).isEqualTo(0.5);
  }
}
