package io.cloudstate.proxy.faults;

import io.cloudstate.proxy.faults.Result.Sets;
import io.cloudstate.proxy.faults.Result.Skipped;
import io.cloudstate.proxy.faults.Result.Tried;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The results of a run, for people: a line for the console each, and a page of all. Pure. */
final class Report {

  private static final int MOST_STATUSES = 8;

  private Report() {}

  /** What came of a fault, in a few lines. */
  static String lines(Result result) {
    if (result instanceof Skipped skipped) {
      return "%-28s skipped: %s%n".formatted(skipped.fault().name(), skipped.reason());
    }
    if (result instanceof Tried tried) {
      var text =
          new StringBuilder(
              "%-28s %s in %s s: %d acknowledged, %d refused, %d unknown; refused for %s s (one entity: %s s), longest call %s s%s%n"
                  .formatted(
                      tried.fault().name(),
                      verdict(tried),
                      seconds(tried.lasted()),
                      tried.counts().acknowledged(),
                      tried.counts().refused(),
                      tried.counts().unknown(),
                      seconds(tried.refusals().ofAll()),
                      seconds(tried.refusals().ofOne()),
                      seconds(tried.longestCall()),
                      tried.staleReads() == 0
                          ? ""
                          : ", %d stale reads".formatted(tried.staleReads())));
      text.append(line(tried.sets()));
      frequent(tried.failures())
          .forEach(each -> text.append("    %6d x %s%n".formatted(each.getValue(), each.getKey())));
      tried.wrongs().forEach(wrong -> text.append("    WRONG  %s%n".formatted(wrong)));
      return text.toString();
    }
    throw new AssertionError("unhandled: " + result);
  }

  private static String line(Sets sets) {
    return "    CRDTs: %d acknowledged, %d refused, %d unknown; no text added for %s s locally, for %s s at majority; agreed after %s s%s%n"
        .formatted(
            sets.counts().acknowledged(),
            sets.counts().refused(),
            sets.counts().unknown(),
            seconds(sets.localRefused()),
            seconds(sets.majorityRefused()),
            seconds(sets.agreedAfter()),
            sets.lostNodes() == 0
                ? ""
                : ", %d lost with %s"
                    .formatted(
                        sets.lostWithNode(),
                        sets.lostNodes() == 1 ? "a node" : sets.lostNodes() + " nodes"));
  }

  /**
   * The page of a run, in Markdown.
   *
   * @param about when, where and how it was run
   */
  static String page(String about, List<Result> results) {
    var page = new StringBuilder("# Faults\n\n" + about + "\n\n");
    page.append(
        "| fault | what happens | lasted | acknowledged | refused | unknown | no command answered for | an entity refused for | longest call | stale reads | verdict |\n");
    page.append("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|---|\n");
    for (var result : results) {
      page.append(row(result));
    }
    page.append("\n## CRDTs\n\n");
    page.append(
        "| fault | acknowledged | refused | unknown | no text added locally for | none at majority for | agreed after | nodes lost | texts lost with them |\n");
    page.append("|---|--:|--:|--:|--:|--:|--:|--:|--:|\n");
    for (var result : results) {
      if (result instanceof Tried tried) {
        page.append(row(tried.fault(), tried.sets()));
      }
    }
    for (var result : results) {
      page.append(details(result));
    }
    return page.toString();
  }

  private static String row(Fault fault, Sets sets) {
    return "| %s | %d | %d | %d | %s s | %s s | %s s | %d | %d |%n"
        .formatted(
            fault.name(),
            sets.counts().acknowledged(),
            sets.counts().refused(),
            sets.counts().unknown(),
            seconds(sets.localRefused()),
            seconds(sets.majorityRefused()),
            seconds(sets.agreedAfter()),
            sets.lostNodes(),
            sets.lostWithNode());
  }

  private static String row(Result result) {
    if (result instanceof Skipped skipped) {
      return "| %s | %s | | | | | | | | | skipped: %s |%n"
          .formatted(skipped.fault().name(), skipped.fault().does(), skipped.reason());
    }
    if (result instanceof Tried tried) {
      return "| %s | %s | %s s | %d | %d | %d | %s s | %s s | %s s | %s | %s |%n"
          .formatted(
              tried.fault().name(),
              tried.fault().does(),
              seconds(tried.lasted()),
              tried.counts().acknowledged(),
              tried.counts().refused(),
              tried.counts().unknown(),
              seconds(tried.refusals().ofAll()),
              seconds(tried.refusals().ofOne()),
              seconds(tried.longestCall()),
              tried.staleReads() == 0 ? "" : Integer.toString(tried.staleReads()),
              verdict(tried));
    }
    throw new AssertionError("unhandled: " + result);
  }

  private static String details(Result result) {
    if (result instanceof Tried tried && !(tried.failures().isEmpty() && tried.hasPassed())) {
      var text =
          new StringBuilder(
              "\n## %s\n\nExpected: %s.\n\n"
                  .formatted(tried.fault().name(), tried.fault().expected()));
      tried.wrongs().forEach(wrong -> text.append("- **wrong**: ").append(wrong).append('\n'));
      frequent(tried.failures())
          .forEach(each -> text.append("- %d x `%s`\n".formatted(each.getValue(), each.getKey())));
      return text.toString();
    }
    return "";
  }

  private static List<Map.Entry<String, Integer>> frequent(Map<String, Integer> failures) {
    return failures.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .limit(MOST_STATUSES)
        .toList();
  }

  private static String verdict(Tried tried) {
    return tried.hasPassed() ? "passed" : "FAILED";
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f", duration.toMillis() / 1000.0);
  }
}
