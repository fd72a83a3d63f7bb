package io.cloudstate.tck.suite.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.tck.reference.ReferenceModel;
import io.cloudstate.tck.report.TextReport;
import io.cloudstate.tck.rule.Group;
import io.cloudstate.tck.rule.Patience;
import io.cloudstate.tck.rule.Result;
import io.cloudstate.tck.rule.Result.Verdict;
import io.cloudstate.tck.rule.Rule;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ModelSuiteTest {

  @Test
  void hasEveryCaseOfTheOriginal() {
    var counts =
        ModelSuite.suite().groups().stream()
            .filter(Group::isOfOriginal)
            .collect(Collectors.toMap(Group::name, group -> group.rules().size()));

    assertThat(counts)
        .containsOnlyKeys("action", "value", "event-sourced", "crdt")
        .containsEntry("action", 34)
        .containsEntry("value", 19)
        .containsEntry("event-sourced", 21)
        .containsEntry("crdt", 82);
  }

  @Test
  void hasNoIdTwiceAndNoDemandTwiceInAGroup() {
    assertThat(ModelSuite.suite().rules()).extracting(Rule::id).doesNotHaveDuplicates();
    assertThat(ModelSuite.suite().groups())
        .allSatisfy(
            group -> assertThat(group.rules()).extracting(Rule::demand).doesNotHaveDuplicates());
  }

  @Test
  void holdsForTheReferenceFunction() throws IOException {
    var results = Kit.play(new ReferenceModel(), Patience.DEFAULT);

    assertThat(results)
        .hasSize(156 + 8)
        .allSatisfy(
            result ->
                assertThat(result.verdict())
                    .as(() -> TextReport.details(result))
                    .isEqualTo(Verdict.PASSED));
    assertThat(results).extracting(Result::exchange).doesNotContain(List.of());
  }
}
