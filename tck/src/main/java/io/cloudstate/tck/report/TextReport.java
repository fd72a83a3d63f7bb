package io.cloudstate.tck.report;

import io.cloudstate.tck.rule.Exchange;
import io.cloudstate.tck.rule.Result;
import io.cloudstate.tck.rule.Result.Verdict;
import java.util.List;
import java.util.Locale;

/** Results as lines of text: one for each rule, and for each that does not hold the exchange. */
public final class TextReport {

  private TextReport() {}

  /** One line, as progress. */
  public static String line(Result result) {
    var line =
        String.format(
            Locale.ROOT,
            "%-7s %-10s %6d ms  %s",
            word(result.verdict()),
            result.id(),
            result.took().toMillis(),
            result.demand());
    var problem = result.problem();
    return result.verdict() == Verdict.SKIPPED && problem != null
        ? line + " [" + problem.what() + "]"
        : line;
  }

  /** All that somebody needs who wants to know why. */
  public static String details(Result result) {
    var text = new StringBuilder();
    text.append("\n---- ").append(result.id()).append(": ").append(result.demand()).append('\n');
    var problem = result.problem();
    if (problem != null) {
      text.append("what:     ").append(problem.what()).append('\n');
      text.append("expected: ").append(indented(problem.expected(), 10)).append('\n');
      text.append("came:     ").append(indented(problem.came(), 10)).append('\n');
    }
    text.append("exchange:\n");
    for (var line : result.exchange()) {
      text.append(line(line)).append('\n');
    }
    return text.toString();
  }

  /** Counts, and the ids of what is not as it should be. */
  public static String summary(List<Result> results) {
    var text = new StringBuilder();
    for (var verdict : Verdict.values()) {
      var ids = results.stream().filter(each -> each.verdict() == verdict).map(Result::id).toList();
      if (!ids.isEmpty()) {
        text.append(String.format(Locale.ROOT, "%-22s %4d", words(verdict), ids.size()));
        if (verdict != Verdict.PASSED) {
          text.append("  ").append(String.join(" ", ids));
        }
        text.append('\n');
      }
    }
    return text.toString();
  }

  private static String line(Exchange.Line line) {
    var head =
        String.format(
            Locale.ROOT,
            "  %9.3f ms  %s -> %s  [%s]  ",
            line.afterMicros() / 1000.0,
            line.from(),
            line.to(),
            line.call());
    return head + indented(line.text(), 16);
  }

  private static String indented(String text, int by) {
    return text.replace("\n", "\n" + " ".repeat(by));
  }

  static String word(Verdict verdict) {
    return switch (verdict) {
      case PASSED -> "ok";
      case FAILED -> "FAILED";
      case SKIPPED -> "skipped";
      case KNOWN_FAILURE -> "known";
      case UNEXPECTEDLY_PASSED -> "FIXED";
    };
  }

  static String words(Verdict verdict) {
    return switch (verdict) {
      case PASSED -> "passed";
      case FAILED -> "failed";
      case SKIPPED -> "skipped";
      case KNOWN_FAILURE -> "known failures";
      case UNEXPECTEDLY_PASSED -> "known failures that hold now";
    };
  }
}
