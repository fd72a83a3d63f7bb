package io.cloudstate.tck.report;

import io.cloudstate.tck.rule.Exchange;
import io.cloudstate.tck.rule.Group;
import io.cloudstate.tck.rule.Result;
import io.cloudstate.tck.rule.Result.Verdict;
import io.cloudstate.tck.rule.Stage;
import io.cloudstate.tck.rule.Suite;
import java.util.List;
import java.util.Locale;

/** Results as one page that needs no other file: each rule opens to what was sent and came. */
public final class HtmlReport {

  private static final String STYLE =
      """
      body{font:15px/1.5 system-ui,sans-serif;max-width:72em;margin:2em auto;padding:0 1em}
      summary{cursor:pointer;display:grid;grid-template-columns:6em 6em 1fr 6em;gap:1em}
      details{border-bottom:1px solid #ddd;padding:.3em 0}
      .FAILED,.UNEXPECTEDLY_PASSED{color:#b00020;font-weight:600}
      .PASSED{color:#1b6e20}.SKIPPED,.KNOWN_FAILURE{color:#8a6d00}
      pre{margin:.2em 0;white-space:pre-wrap;font:13px/1.4 ui-monospace,monospace}
      .function{background:#f3f6ff}.proxy{background:#f6f6f6}.client{background:#f5fff3}
      .line{padding:.2em .6em;margin:2px 0}.time{color:#777;float:right}
      .ms{text-align:right;color:#777}
      @media(prefers-color-scheme:dark){body{background:#181818;color:#ddd}
      .function{background:#202840}.proxy{background:#282828}.client{background:#203020}
      details{border-color:#444}}
      """;

  private HtmlReport() {}

  public static <S extends Stage> String of(Suite<S> suite, List<Result> results) {
    var html = new StringBuilder();
    html.append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>")
        .append("Cloudstate conformance: ")
        .append(Markup.escaped(suite.name()))
        .append("</title><style>")
        .append(STYLE)
        .append("</style></head><body><h1>Cloudstate conformance: ")
        .append(Markup.escaped(suite.name()))
        .append("</h1><pre>")
        .append(Markup.escaped(TextReport.summary(results)))
        .append("</pre>\n");
    suite.groups().forEach(group -> append(html, group, results));
    return html.append("</body></html>\n").toString();
  }

  private static <S extends Stage> void append(
      StringBuilder html, Group<S> group, List<Result> results) {
    html.append("<h2>").append(Markup.escaped(group.title())).append("</h2>\n");
    results.stream()
        .filter(result -> result.group().equals(group.name()))
        .forEach(result -> append(html, result));
  }

  private static void append(StringBuilder html, Result result) {
    html.append(
        String.format(
            Locale.ROOT,
            "<details id=\"%s\"%s><summary><span class=\"%s\">%s</span><b>%s</b><span>%s</span>"
                + "<span class=\"ms\">%d ms</span></summary>%n",
            result.id(),
            result.isGood() ? "" : " open",
            result.verdict(),
            Markup.escaped(TextReport.word(result.verdict())),
            result.id(),
            Markup.escaped(result.demand()),
            result.took().toMillis()));
    var problem = result.problem();
    if (problem != null && result.verdict() == Verdict.SKIPPED) {
      html.append("<p>").append(Markup.escaped(problem.what())).append("</p>");
    } else if (problem != null) {
      html.append("<h4>")
          .append(Markup.escaped(problem.what()))
          .append("</h4><p>expected</p><pre>")
          .append(Markup.escaped(problem.expected()))
          .append("</pre><p>came</p><pre>")
          .append(Markup.escaped(problem.came()))
          .append("</pre><p>exchange</p>");
    }
    result.exchange().forEach(line -> append(html, line));
    html.append("</details>\n");
  }

  private static void append(StringBuilder html, Exchange.Line line) {
    html.append(
        String.format(
            Locale.ROOT,
            "<div class=\"line %s\"><span class=\"time\">%.3f ms</span>%s → %s · %s"
                + "<pre>%s</pre></div>%n",
            Markup.escaped(line.from()),
            line.afterMicros() / 1000.0,
            Markup.escaped(line.from()),
            Markup.escaped(line.to()),
            Markup.escaped(line.call()),
            Markup.escaped(line.text())));
  }
}
