package io.cloudstate.tck.report;

import io.cloudstate.tck.rule.Result;
import io.cloudstate.tck.rule.Result.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Results in the XML of JUnit, which build servers show. */
public final class JunitReport {

  private JunitReport() {}

  public static String of(String suite, List<Result> results) {
    var xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    var total = results.stream().map(Result::took).reduce(Duration.ZERO, Duration::plus);
    xml.append(
        String.format(
            Locale.ROOT,
            "<testsuite name=\"%s\" tests=\"%d\" failures=\"%d\" skipped=\"%d\" time=\"%.3f\">%n",
            Markup.escaped(suite),
            results.size(),
            results.stream().filter(result -> !result.isGood()).count(),
            results.stream().filter(JunitReport::isSkipped).count(),
            seconds(total)));
    results.forEach(result -> xml.append(testCase(suite, result)));
    return xml.append("</testsuite>\n").toString();
  }

  private static String testCase(String suite, Result result) {
    var head =
        String.format(
            Locale.ROOT,
            "  <testcase classname=\"tck.%s.%s\" name=\"%s: %s\" time=\"%.3f\"",
            Markup.escaped(suite),
            Markup.escaped(result.group()),
            Markup.escaped(result.id()),
            Markup.escaped(result.demand()),
            seconds(result.took()));
    var problem = result.problem();
    if (result.verdict() == Verdict.PASSED) {
      return head + "/>\n";
    }
    var message =
        problem == null ? "is a known failure, but holds" : Markup.escaped(problem.toString());
    if (isSkipped(result)) {
      return head + ">\n    <skipped message=\"" + message + "\"/>\n  </testcase>\n";
    }
    return head
        + ">\n    <failure message=\""
        + message
        + "\">"
        + Markup.escaped(TextReport.details(result))
        + "</failure>\n  </testcase>\n";
  }

  // JUnit has no word for what is known to fail; "skipped" is what build servers show it as.
  private static boolean isSkipped(Result result) {
    return result.verdict() == Verdict.SKIPPED || result.verdict() == Verdict.KNOWN_FAILURE;
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
