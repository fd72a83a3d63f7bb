package io.cloudstate.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.tck.rule.Rule;
import io.cloudstate.tck.suite.proxy.InterceptSuite;
import io.cloudstate.tck.suite.proxy.ProxySuite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The readable specification and the kit say the same. */
class ProtocolPageTest {

  private static final Path PAGE = Path.of("..", "docs", "reference", "protocol.md");
  private static final Pattern RULE = Pattern.compile("^- \\*\\*([a-z]+[pi][0-9]+)\\*\\* (.*)\\.$");

  @Test
  void everyRuleOfTheProxySuiteIsOnThePageWordByWord() throws IOException {
    var rules = new HashMap<String, String>();
    ProxySuite.SUITE.rules().forEach(rule -> rules.put(rule.id(), rule.demand()));
    InterceptSuite.SUITE.rules().stream()
        .filter(rule -> !rules.containsKey(scripted(rule.id())))
        .forEach(rule -> rules.put(rule.id(), rule.demand()));
    assertThat(page()).containsExactlyInAnyOrderEntriesOf(rules);
  }

  @Test
  void everyGroupOfTheInterceptSuiteIsInTheTableWithItsLastRule() throws IOException {
    var rows = Files.readAllLines(PAGE).stream().filter(line -> line.startsWith("| `")).toList();
    var groups = InterceptSuite.SUITE.groups();
    assertThat(rows).hasSameSizeAs(groups);
    for (var i = 0; i < rows.size(); i++) {
      assertThat(rows.get(i))
          .startsWith("| `" + groups.get(i).name() + "` |")
          .containsPattern("\\b" + lastScripted(groups.get(i).rules()) + "\\b");
    }
  }

  @Test
  void interceptedRulesSayWhatTheScriptedOnesSay() {
    var scripted = new HashMap<String, String>();
    ProxySuite.SUITE.rules().forEach(rule -> scripted.put(rule.id(), rule.demand()));
    InterceptSuite.SUITE.rules().stream()
        .filter(rule -> !rule.id().equals("di3"))
        .forEach(
            rule ->
                assertThat(rule.demand())
                    .isEqualTo("with a real function, " + scripted.get(scripted(rule.id()))));
  }

  private static String lastScripted(List<? extends Rule<?>> rules) {
    return rules.stream()
        .map(Rule::id)
        .filter(id -> !id.equals("di3"))
        .reduce((first, second) -> second)
        .orElseThrow();
  }

  private static String scripted(String intercepted) {
    return intercepted.replaceFirst("i([0-9]+)$", "p$1");
  }

  @Test
  void noTwoRulesHaveOneId() {
    assertThat(ProxySuite.SUITE.rules()).extracting("id").doesNotHaveDuplicates();
  }

  private static Map<String, String> page() throws IOException {
    var page = new HashMap<String, String>();
    for (var line : Files.readAllLines(PAGE)) {
      var rule = RULE.matcher(line);
      if (rule.matches()) {
        page.put(rule.group(1), rule.group(2));
      }
    }
    return page;
  }
}
