package io.cloudstate.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RandomKeysTest {

  @Test
  void withoutAWarmUpOfItsOwnAnyKeyMayCome() throws Exception {
    var keys = new RandomKeys(1, 10, false);
    assertThat(take(keys, 0, 1000)).allMatch(key -> key >= 0 && key < 10).contains(0, 9);
    keys.settle(1);
    assertThat(keys.awaitEachCalled(0)).isTrue();
    assertThat(take(keys, 0, 1000)).allMatch(key -> key >= 0 && key < 10);
  }

  @Test
  void aWarmUpOfItsOwnHasKeysOfItsOwn() throws Exception {
    var keys = new RandomKeys(3, 10, true);
    assertThat(take(keys, 2, 1000)).allMatch(key -> key >= 10 && key < 20).contains(10, 19);
    assertThat(keys.awaitEachCalled(0)).isFalse();
  }

  @Test
  void afterItEachKeyIsCalledOnceBeforeAnyIsCalledAgain() throws Exception {
    var keys = new RandomKeys(3, 10, true);
    take(keys, 1, 5);
    keys.settle(1);
    assertThat(take(keys, 0, 9)).doesNotHaveDuplicates();
    assertThat(keys.awaitEachCalled(0)).isFalse();
    assertThat(keys.next(0)).isEqualTo(9);
    assertThat(keys.awaitEachCalled(0)).isTrue();
    assertThat(take(keys, 0, 1000)).allMatch(key -> key >= 0 && key < 10).contains(0, 9);
  }

  @Test
  void thoseWhoAreNoLongerAllowedGetNone() {
    var keys = new RandomKeys(3, 10, true);
    keys.settle(1);
    assertThat(take(keys, 1, 3)).containsOnly(Callers.Keys.NONE);
    assertThat(keys.next(0)).isZero();
    keys.end();
    assertThat(take(keys, 0, 3)).containsOnly(Callers.Keys.NONE);
  }

  @Test
  void eachKeyIsCalledOnceByWhomeverItIs() throws Exception {
    var callers = 4;
    var number = 10_000;
    var keys = new RandomKeys(callers, number, true);
    keys.settle(callers);
    var called = new ConcurrentLinkedQueue<Integer>();
    var running =
        IntStream.range(0, callers)
            .mapToObj(
                caller ->
                    CompletableFuture.runAsync(
                        () -> called.addAll(take(keys, caller, number / callers))))
            .toList();
    for (var caller : running) {
      caller.get();
    }
    assertThat(called).doesNotHaveDuplicates().hasSize(number);
    assertThat(keys.awaitEachCalled(0)).isTrue();
  }

  private static List<Integer> take(RandomKeys keys, int caller, int number) {
    return Stream.generate(() -> keys.next(caller)).limit(number).toList();
  }
}
