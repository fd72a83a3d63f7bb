package io.cloudstate.operator.crd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ResourcesPageTest {

  private static final String UPDATE =
      "./mvnw -pl operator test -Dtest=ResourcesPageTest -Ddocs.update=true";

  private static final Path PAGE = Path.of("..", "docs", "reference", "custom-resources.md");

  @Test
  void pageInTheDocumentationSaysWhatTheSchemasDo() throws IOException {
    // Given
    var expected = ResourcesPage.text(UPDATE);
    if (Boolean.getBoolean("docs.update")) {
      Files.writeString(PAGE, expected);
    }
    // When
    var actual = Files.exists(PAGE) ? Files.readString(PAGE) : "";
    // Then
    assertThat(actual)
        .as("docs/reference/custom-resources.md; update it with: " + UPDATE)
        .isEqualTo(expected);
  }
}
