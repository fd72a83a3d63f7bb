package io.cloudstate.operator.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that say what the code does. */
public final class Golden {

  /** Reads and writes cases, so that people can read them and their differences. */
  public static final ObjectMapper YAML =
      new ObjectMapper(
              new YAMLFactory()
                  .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                  .disable(YAMLGenerator.Feature.SPLIT_LINES)
                  .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                  .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS))
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  private static final Path REFERENCE = Path.of("..", "docs", "reference");

  private Golden() {}

  /**
   * The page of docs/reference has this text; with {@code -Ddocs.update=true} it gets it.
   *
   * @param update the command that does so
   */
  public static void assertPage(String page, String text, String update) throws IOException {
    var file = REFERENCE.resolve(page);
    if (Boolean.getBoolean("docs.update")) {
      Files.writeString(file, text);
    }
    assertThat(Files.exists(file) ? Files.readString(file) : "")
        .as("docs/reference/" + page + "; update it with: " + update)
        .isEqualTo(text);
  }
}
