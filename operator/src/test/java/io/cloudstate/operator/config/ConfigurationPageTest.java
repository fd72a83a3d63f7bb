package io.cloudstate.operator.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {

  private static final String UPDATE =
      "./mvnw -pl operator test -Dtest=ConfigurationPageTest -Ddocs.update=true";

  private static final Path PAGE = Path.of("..", "docs", "reference", "operator-configuration.md");

  @Test
  void pageInTheDocumentationSaysWhatTheCodeDoes() throws IOException {
    // Given
    var expected = ConfigurationPage.text(UPDATE);
    if (Boolean.getBoolean("docs.update")) {
      Files.writeString(PAGE, expected);
    }
    // When
    var actual = Files.exists(PAGE) ? Files.readString(PAGE) : "";
    // Then
    assertThat(actual)
        .as("docs/reference/operator-configuration.md; update it with: " + UPDATE)
        .isEqualTo(expected);
  }
}
