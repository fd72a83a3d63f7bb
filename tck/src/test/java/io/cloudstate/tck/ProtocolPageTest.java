package io.cloudstate.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.tck.suite.proxy.ProxySuite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The readable specification and the kit say the same. */
class ProtocolPageTest {

  private static final Path PAGE = Path.of("..", "docs", "reference", "protocol.md");
  private static final Pattern RULE = Pattern.compile("^- \\*\\*([a-z]+p[0-9]+)\\*\\* (.*)\\.$");

  @Test
  void everyRuleOfTheProxySuiteIsOnThePageWordByWord() throws IOException {
    var rules = new HashMap<String, String>();
    ProxySuite.SUITE.rules().forEach(rule -> rules.put(rule.id(), rule.demand()));
    assertThat(page()).containsExactlyInAnyOrderEntriesOf(rules);
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
