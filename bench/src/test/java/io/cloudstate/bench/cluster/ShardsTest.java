package io.cloudstate.bench.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ShardsTest {

  private static final String ONE = "akka://cloudstate@127.0.0.1:1001";
  private static final String TWO = "akka://cloudstate@127.0.0.1:1002";

  @Test
  void nodesAndShardsAreReadHoweverManyEntitiesTheyHave() {
    var json = "{\"counter\":{\"%s\":{\"0\":12,\"17\":0},\"%s\":{}}}".formatted(ONE, TWO);
    assertThat(Shards.parse(json))
        .isEqualTo(new Shards(Map.of(ONE, Set.of("0", "17"), TWO, Set.of())));
    assertThat(Shards.parse("{}").nodes()).isZero();
  }

  @Test
  void theyAreEvenWhenNoNodeHasNoneOrTwoMoreThanAnother() {
    assertThat(shards(Set.of("1", "2"), Set.of("3")).areEven()).isTrue();
    assertThat(shards(Set.of("1"), Set.of()).areEven()).isFalse();
    assertThat(shards(Set.of("1", "2", "3"), Set.of("4")).areEven()).isFalse();
    assertThat(Shards.parse("{}").areEven()).isFalse();
  }

  @Test
  void newOnesDoNotMoveThoseThatWereThere() {
    var before = shards(Set.of("1"), Set.of("2"));
    assertThat(shards(Set.of("1", "3"), Set.of("2")).haveStayedSince(before)).isTrue();
    assertThat(shards(Set.of("1", "2"), Set.of()).haveStayedSince(before)).isFalse();
    assertThat(new Shards(Map.of(ONE, Set.of("1"))).haveStayedSince(before)).isFalse();
  }

  private static Shards shards(Set<String> one, Set<String> two) {
    return new Shards(Map.of(ONE, one, TWO, two));
  }
}
