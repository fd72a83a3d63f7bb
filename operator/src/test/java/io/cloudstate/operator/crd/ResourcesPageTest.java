package io.cloudstate.operator.crd;

import io.cloudstate.operator.testing.Golden;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ResourcesPageTest {

  private static final String UPDATE =
      "./mvnw -pl operator test -Dtest=ResourcesPageTest -Ddocs.update=true";

  @Test
  void pageInTheDocumentationSaysWhatTheSchemasDo() throws IOException {
    Golden.assertPage("custom-resources.md", ResourcesPage.text(UPDATE), UPDATE);
  }
}
