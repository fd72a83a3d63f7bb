package io.cloudstate.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each gap of the original has a test that is there. */
class OperatorGapsTest {

  private static final Path PAGE = Path.of("..", "docs", "reference", "operator-gaps.md");
  private static final Path TESTS = Path.of("src", "test");
  private static final Pattern ROW = Pattern.compile("\\| (\\d+) \\|.*\\| ([^|]+) \\|");
  private static final Pattern NAME = Pattern.compile("`([^`]+)`");

  /** A row's number and the names of its tests. */
  record Row(int number, List<String> tests) {}

  static List<Row> rows() throws IOException {
    return Files.readAllLines(PAGE).stream()
        .map(ROW::matcher)
        .filter(row -> row.matches())
        .map(
            row ->
                new Row(
                    Integer.parseInt(row.group(1)),
                    NAME.matcher(row.group(2)).results().map(name -> name.group(1)).toList()))
        .toList();
  }

  @Test
  void allGapsAreListed() throws IOException {
    assertThat(rows())
        .extracting(Row::number)
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 30).boxed().toList());
  }

  @ParameterizedTest
  @MethodSource("rows")
  void eachIsShownByTestsThatAreThere(Row row) throws IOException {
    assertThat(row.tests()).isNotEmpty();
    for (var test : row.tests()) {
      assertThat(isThere(test)).as("gap %d: %s", row.number(), test).isTrue();
    }
  }

  private static boolean isThere(String test) throws IOException {
    if (test.startsWith("desired/")) {
      return Files.exists(TESTS.resolve("resources").resolve(test).resolve("out-result.yaml"));
    }
    var parts = test.split("#", 2);
    try (Stream<Path> files = Files.walk(TESTS.resolve("java"))) {
      for (var file : files.filter(each -> each.endsWith(parts[0] + ".java")).toList()) {
        if (Files.readString(file).contains("void " + parts[1] + "(")) {
          return true;
        }
      }
    }
    return false;
  }
}
