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
  void keysAndFewerCountersChangeNothingElse() {
    assertThat(PLAN.withAtMost(2).withKeys(Path.of("keys")))
        .isEqualTo(
            new LoadPlan(
                List.of(8080),
                1,
                2,
                3,
                4,
                2,
                6,
                7,
                8,
                LoadPlan.Method.INCREMENT_JSON,
                Path.of("keys")));
    assertThat(PLAN.withAtMost(9)).isEqualTo(PLAN);
  }

  private static LoadPlan read(LoadPlan plan) {
    return LoadPlan.of(plan.arguments().toArray(String[]::new));
  }
}
