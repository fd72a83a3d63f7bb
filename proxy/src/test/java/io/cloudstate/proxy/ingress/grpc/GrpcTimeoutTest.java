package io.cloudstate.proxy.ingress.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GrpcTimeoutTest {

  @Test
  void everyUnitIsRead() {
    assertThat(GrpcTimeout.nanos("2H")).isEqualTo(Duration.ofHours(2).toNanos());
    assertThat(GrpcTimeout.nanos("3M")).isEqualTo(Duration.ofMinutes(3).toNanos());
    assertThat(GrpcTimeout.nanos("4S")).isEqualTo(Duration.ofSeconds(4).toNanos());
    assertThat(GrpcTimeout.nanos("5m")).isEqualTo(Duration.ofMillis(5).toNanos());
    assertThat(GrpcTimeout.nanos("6u")).isEqualTo(6_000);
    assertThat(GrpcTimeout.nanos("7n")).isEqualTo(7);
    assertThat(GrpcTimeout.nanos("0n")).isZero();
  }

  @Test
  void largestValueDoesNotOverflow() {
    assertThat(GrpcTimeout.nanos("99999999H")).isEqualTo(Long.MAX_VALUE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "S", "1", "-1S", "1.5S", "123456789n", "1x", "1 S", "١S"})
  void anythingElseIsMalformed(String value) {
    assertThat(GrpcTimeout.nanos(value)).isEqualTo(GrpcTimeout.MALFORMED);
  }
}
