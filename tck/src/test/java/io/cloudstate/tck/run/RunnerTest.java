package io.cloudstate.tck.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.cloudstate.tck.report.HtmlReport;
import io.cloudstate.tck.report.JunitReport;
import io.cloudstate.tck.rule.Exchange;
import io.cloudstate.tck.rule.Group;
import io.cloudstate.tck.rule.Mismatch;
import io.cloudstate.tck.rule.NotApplicable;
import io.cloudstate.tck.rule.Result;
import io.cloudstate.tck.rule.Result.Verdict;
import io.cloudstate.tck.rule.Stage;
import io.cloudstate.tck.rule.Suite;
import java.io.StringReader;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class RunnerTest {

  private static final Suite<FakeStage> SUITE =
      new Suite<>(
          "proxy",
          List.of(
              Group.<FakeStage>original("one", "One")
                  .rule("a1", "holds", stage -> {})
                  .rule("a2", "differs", RunnerTest::differ)
                  .rule("a3", "cannot be told", RunnerTest::cannotTell)
                  .rule("a4", "breaks", RunnerTest::breakDown)
                  .rule("a5", "leaves something", stage -> stage.leftover = true)));

  /** Ends that are not there. */
  private static final class FakeStage implements Stage {
    private boolean leftover;
    private Exchange exchange = new Exchange();

    @Override
    public void begin(Exchange next) {
      exchange = next;
      leftover = false;
      exchange.add("client", "proxy", "1 Service/Method", "<hello & \u0001 goodbye>");
    }

    @Override
    public void verifyNothingMore() {
      if (leftover) {
        throw new Mismatch("what else comes", "nothing", "something");
      }
    }

    @Override
    public void end() {}

    @Override
    public void close() {}
  }

  @Test
  void everyRuleIsPlayedWhateverBecameOfTheOnesBefore() {
    assertThat(play(KnownFailures.NONE))
        .extracting(Result::id, Result::verdict)
        .containsExactly(
            tuple("a1", Verdict.PASSED),
            tuple("a2", Verdict.FAILED),
            tuple("a3", Verdict.SKIPPED),
            tuple("a4", Verdict.FAILED),
            tuple("a5", Verdict.FAILED));
  }

  @Test
  void aKnownFailureIsGoodAndOneThatHoldsIsNot() {
    var results = play(new KnownFailures(Set.of("a1", "a2")));
    assertThat(results.get(0).verdict()).isEqualTo(Verdict.UNEXPECTEDLY_PASSED);
    assertThat(results.get(0).isGood()).isFalse();
    assertThat(results.get(1).verdict()).isEqualTo(Verdict.KNOWN_FAILURE);
    assertThat(results.get(1).isGood()).isTrue();
  }

  @Test
  void aFileOfKnownFailuresHasAnIdOnALineAndComments() {
    assertThat(KnownFailures.parse(List.of("# ours", "", "a1", "  a2 # until then")).ids())
        .containsExactlyInAnyOrder("a1", "a2");
  }

  @Test
  void junitsXmlCanBeParsedAndTellsEachRule() throws Exception {
    var xml = JunitReport.of("proxy", play(KnownFailures.NONE));
    var document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(xml)));
    assertThat(document.getElementsByTagName("testcase").getLength()).isEqualTo(5);
    assertThat(document.getElementsByTagName("failure").getLength()).isEqualTo(3);
    assertThat(document.getElementsByTagName("skipped").getLength()).isEqualTo(1);
    assertThat(xml).contains("expected: one").contains("hello &amp;");
  }

  @Test
  void thePageShowsWhatWasExpectedAndTheExchange() {
    var html = HtmlReport.of(SUITE, play(KnownFailures.NONE));
    assertThat(html)
        .contains("<h2>One</h2>", "id=\"a2\" open", "<pre>one</pre>", "<pre>other</pre>")
        .contains("&lt;hello &amp; \uFFFD goodbye&gt;")
        .doesNotContain("src=", "href=");
  }

  private static List<Result> play(KnownFailures known) {
    return new Runner(known, result -> {}).play(SUITE, new FakeStage());
  }

  private static void differ(FakeStage stage) {
    throw new Mismatch("the thing", "one", "other");
  }

  private static void breakDown(FakeStage stage) {
    throw new IllegalStateException("a bug of the script");
  }

  private static void cannotTell(FakeStage stage) {
    throw new NotApplicable("needs more");
  }
}
