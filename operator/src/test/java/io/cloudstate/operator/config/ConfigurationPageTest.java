package io.cloudstate.operator.config;

import io.cloudstate.operator.testing.Golden;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {

  private static final String UPDATE =
      "./mvnw -pl operator test -Dtest=ConfigurationPageTest -Ddocs.update=true";

  @Test
  void pageInTheDocumentationSaysWhatTheCodeDoes() throws IOException {
    Golden.assertPage("operator-configuration.md", ConfigurationPage.text(UPDATE), UPDATE);
  }
}
