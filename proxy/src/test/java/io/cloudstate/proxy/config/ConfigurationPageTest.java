package io.cloudstate.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {

  private static final String UPDATE =
      "./mvnw -pl proxy -am test -Dtest=ConfigurationPageTest -Ddocs.update=true"
          + " -Dsurefire.failIfNoSpecifiedTests=false";

  private static final Path PAGE = Path.of("..", "docs", "reference", "configuration.md");

  @Test
  void pageInTheDocumentationSaysWhatTheCodeDoes() throws IOException {
    // Given
    var expected = ConfigurationPage.text(UPDATE);
    if (Boolean.getBoolean("docs.update")) {
      Files.createDirectories(PAGE.getParent());
      Files.writeString(PAGE, expected);
    }
    // When
    var actual = Files.exists(PAGE) ? Files.readString(PAGE) : "";
    // Then
    assertThat(actual)
        .as("docs/reference/configuration.md; update it with: " + UPDATE)
        .isEqualTo(expected);
  }
}
