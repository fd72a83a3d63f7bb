package io.cloudstate.tck.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cloudstate.tck.rule.Group;
import io.cloudstate.tck.rule.Rule;
import io.cloudstate.tck.rule.Stage;
import io.cloudstate.tck.rule.Suite;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectionTest {

  private static final Suite<Stage> SUITE =
      new Suite<>(
          "proxy",
          List.of(
              Group.<Stage>original("one", "One")
                  .rule("a1", "a", stage -> {})
                  .rule("a2", "b", stage -> {}),
              Group.<Stage>extra("two", "Two").rule("b1", "c", stage -> {})));

  @ParameterizedTest
  @CsvSource({
    "'', '', a1 a2 b1",
    "a2, '', a2",
    "one, '', a1 a2",
    "one, a1, a2",
    "'', two, a1 a2",
    "original, '', a1 a2",
    "'', original, b1",
    "extra, '', b1",
    "'a1 b1', '', a1 b1",
  })
  void rulesAreChosenByIdGroupAndOrigin(String only, String except, String chosen) {
    var selection = new Selection(words(only), words(except));
    assertThat(selection.of(SUITE).rules()).extracting(Rule::id).isEqualTo(words(chosen));
  }

  @Test
  void aNameThatMeansNothingIsAMistake() {
    assertThatThrownBy(() -> new Selection(List.of(), List.of("three")).of(SUITE))
        .hasMessage(
            "three is no rule or group (expected: an id that --list shows, or original, extra, one,"
                + " two)");
  }

  private static List<String> words(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(" "));
  }
}
