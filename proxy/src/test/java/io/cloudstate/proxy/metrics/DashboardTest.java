package io.cloudstate.proxy.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The dashboard for Grafana shows what there is. */
class DashboardTest {

  private static final Path DASHBOARD = Path.of("..", "deploy", "grafana", "cloudstate.json");
  private static final Path PAGE = Path.of("..", "docs", "reference", "metrics.md");
  private static final Pattern METRIC = Pattern.compile("\\b(?:cloudstate|jvm|process)_[a-z_]+");
  private static final Pattern ROW = Pattern.compile("^\\| `([a-z_]+)` \\|");
  private static final Pattern PARTS = Pattern.compile("_(bucket|sum|count)$");

  @Test
  void everyMetricItAsksForIsDocumented() throws IOException {
    // Given
    var documented = new HashSet<String>();
    for (var line : Files.readAllLines(PAGE)) {
      var row = ROW.matcher(line);
      if (row.find()) {
        documented.add(row.group(1));
      }
    }
    // When
    var asked = metrics();
    // Then
    assertThat(asked).hasSizeGreaterThan(30).isSubsetOf(documented);
  }

  @Test
  void itHasARowForEachPart() throws IOException {
    // When
    var titles = new ArrayList<String>();
    for (var panel : dashboard().get("panels")) {
      if (panel.get("type").asText().equals("row")) {
        titles.add(panel.get("title").asText());
      }
    }
    // Then
    assertThat(titles)
        .isEqualTo(
            List.of(
                "Calls of clients",
                "Entities",
                "The user function",
                "The store",
                "Eventing",
                "Cluster",
                "JVM"));
  }

  private static Set<String> metrics() throws IOException {
    var names = new HashSet<String>();
    for (var panel : dashboard().get("panels")) {
      for (var target : panel.path("targets")) {
        collect(target.get("expr").asText(), names);
      }
    }
    for (var variable : dashboard().get("templating").get("list")) {
      collect(variable.path("definition").asText(), names);
    }
    return names;
  }

  private static void collect(String expression, Set<String> names) {
    METRIC
        .matcher(expression)
        .results()
        .map(found -> PARTS.matcher(found.group()).replaceFirst(""))
        .forEach(names::add);
  }

  private static JsonNode dashboard() throws IOException {
    return new ObjectMapper().readTree(Files.readString(DASHBOARD));
  }
}
