package io.cloudstate.tck.suite.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.tck.rule.Group;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FunctionRulesPageTest {

  private static final String UPDATE =
      "./mvnw -pl tck -am test -Dtest=FunctionRulesPageTest -Ddocs.update=true"
          + " -Dsurefire.failIfNoSpecifiedTests=false";

  private static final Path PAGE = Path.of("..", "docs", "reference", "function-rules.md");

  @Test
  void pageInTheDocumentationHasEveryRule() throws IOException {
    // Given
    var expected = page();
    if (Boolean.getBoolean("docs.update")) {
      Files.writeString(PAGE, expected);
    }
    // When
    var actual = Files.exists(PAGE) ? Files.readString(PAGE) : "";
    // Then
    assertThat(actual)
        .as("docs/reference/function-rules.md; update it with: " + UPDATE)
        .isEqualTo(expected);
  }

  private static String page() {
    var page =
        new StringBuilder(
            """
            # Rules of user functions

            What a user function does when a proxy talks to it, as the conformance kit's model suite demands it. Each rule
            is played on the [model services](../guides/tck-for-library-authors.md); `tck/run model --only ID` plays one.
            This page is made from the code: `%s`.
            """
                .formatted(UPDATE));
    ModelSuite.suite().groups().forEach(group -> section(group, page));
    return page.toString();
  }

  private static void section(Group<?> group, StringBuilder page) {
    page.append("\n## ").append(group.title()).append("\n\n");
    page.append("Group `").append(group.name()).append("`, ").append(group.rules().size());
    page.append(" rules, ");
    page.append(group.isOfOriginal() ? "all of the original kit" : "none of the original kit");
    page.append(".\n\n| id | demand |\n|---|---|\n");
    group
        .rules()
        .forEach(rule -> page.append("| `%s` | %s |\n".formatted(rule.id(), rule.demand())));
  }
}
