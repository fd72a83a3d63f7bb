package io.cloudstate.proxy.eventing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The guide's table of what is promised: each row names the tests that keep it. */
class GuaranteesTableTest {

  private static final Path GUIDE = Path.of("..", "docs", "guides", "eventing.md");
  private static final Path TESTS = Path.of("src", "test", "java");
  private static final Pattern NAME = Pattern.compile("`(\\w+)`");

  @Test
  void everyRowNamesTestsThatAreThere() throws IOException {
    var rows = rows();
    assertThat(rows).hasSizeGreaterThan(5);
    try (var files = Files.walk(TESTS)) {
      var tests = files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
      for (var row : rows) {
        var cells = row.split("\\|");
        var named =
            NAME.matcher(cells[cells.length - 1])
                .results()
                .map((MatchResult match) -> match.group(1) + ".java")
                .toList();
        assertThat(named).as("tests of the row %s", row).isNotEmpty();
        assertThat(tests).as("tests of the row %s", row).containsAll(named);
      }
    }
  }

  private static List<String> rows() throws IOException {
    var guide = Files.readString(GUIDE);
    var from = guide.indexOf("## What is promised");
    var section = guide.substring(from, guide.indexOf("\n## ", from + 1));
    return section.lines().filter(line -> line.startsWith("|")).skip(2).toList();
  }
}
