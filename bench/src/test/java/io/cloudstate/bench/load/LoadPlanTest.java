package io.cloudstate.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoadPlanTest {

  private static final LoadPlan PLAN =
      new LoadPlan(List.of(8080), 1, 2, 3, 4, 5, 6, 7, 8, LoadPlan.Method.INCREMENT_JSON, null);

  @Test
  void theGeneratorReadsThePlanThatItsArgumentsAreMadeOf() {
    assertThat(read(PLAN)).isEqualTo(PLAN);
    var placed =
        new LoadPlan(
            List.of(8080, 8081, 8082),
            1,
            2,
            3,
            4,
            5,
            6,
            7,
            8,
            LoadPlan.Method.READ,
            Path.of("keys"));
    assertThat(read(placed)).isEqualTo(placed);
  }

  @Test
  void keysChangeNothingElseAndFewerCountersOnlyTheWarmUp() {
    assertThat(PLAN.withAtMost(2).withKeys(Path.of("keys")))
        .isEqualTo(
            new LoadPlan(
                List.of(8080),
                1,
                2,
                3,
                3, // large ones are not called before they are measured
                2,
                6,
                7,
                8,
                LoadPlan.Method.INCREMENT_JSON,
                Path.of("keys")));
    assertThat(PLAN.withAtMost(9)).isEqualTo(PLAN);
  }

  @Test
  void aWarmUpWithMoreInFlightHasAsManyCountersOfItsOwn() {
    assertThat(PLAN.allCounters()).isEqualTo(10); // 4 calls at first, then 3
    assertThat(withInFlight(4).allCounters()).isEqualTo(5);
    assertThat(withInFlight(5).allCounters()).isEqualTo(5);
  }

  private static LoadPlan withInFlight(int calls) {
    return new LoadPlan(List.of(8080), 1, 2, calls, 4, 5, 6, 7, 8, LoadPlan.Method.INCREMENT, null);
  }

  private static LoadPlan read(LoadPlan plan) {
    return LoadPlan.of(plan.arguments().toArray(String[]::new));
  }
}
