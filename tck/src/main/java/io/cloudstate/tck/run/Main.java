package io.cloudstate.tck.run;

import io.cloudstate.tck.driver.Program;
import io.cloudstate.tck.driver.ScriptedProxy;
import io.cloudstate.tck.reference.ReferenceFunction;
import io.cloudstate.tck.reference.ReferenceModel;
import io.cloudstate.tck.report.HtmlReport;
import io.cloudstate.tck.report.JunitReport;
import io.cloudstate.tck.report.TextReport;
import io.cloudstate.tck.rule.Result;
import io.cloudstate.tck.rule.Rule;
import io.cloudstate.tck.rule.Stage;
import io.cloudstate.tck.rule.Suite;
import io.cloudstate.tck.suite.model.ModelSuite;
import io.cloudstate.tck.suite.proxy.InterceptSuite;
import io.cloudstate.tck.suite.proxy.ProxyStage;
import io.cloudstate.tck.suite.proxy.ProxySuite;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The tool: plays a suite, says what holds, and ends with the exit code that says it too. */
public final class Main {

  private static final int HOLDS = 0;
  private static final int DOES_NOT_HOLD = 1;
  private static final int NOT_PLAYED = 2;

  /** Opens the stage of a suite around what is tested. */
  private interface Opening<S extends Stage> {
    S open(Suite<S> chosen) throws IOException;
  }

  private final PrintStream out;

  Main(PrintStream out) {
    this.out = out;
  }

  public static void main(String[] arguments) {
    System.exit(new Main(System.out).run(List.of(arguments)));
  }

  int run(List<String> arguments) {
    if (arguments.isEmpty() || arguments.contains("--help") || arguments.contains("-h")) {
      out.print(Options.USAGE);
      return arguments.isEmpty() ? NOT_PLAYED : HOLDS;
    }
    try {
      var options = Options.parse(arguments);
      return run(options);
    } catch (Options.Mistake | IllegalArgumentException | IllegalStateException e) {
      out.println(e.getMessage());
      return NOT_PLAYED;
    } catch (IOException e) {
      out.println(e);
      return NOT_PLAYED;
    }
  }

  private int run(Options options) throws IOException {
    if (options.isListing() || !options.isOnReference()) {
      return runSuite(options);
    }
    out.println("No function is given: the reference function is played.");
    var model = new ReferenceModel();
    try (var function = ReferenceFunction.start("127.0.0.1", 0, model, out::println)) {
      return runSuite(options.withFunctionAt(function.port()));
    }
  }

  private int runSuite(Options options) throws IOException {
    return switch (options.suite()) {
      case Options.PROXY ->
          run(
              options,
              ProxySuite.SUITE,
              chosen -> ProxyStage.open(proxySettings(options), ProxySuite.spec(chosen)));
      case Options.MODEL ->
          run(options, ModelSuite.suite(), chosen -> ScriptedProxy.open(functionSettings(options)));
      case Options.INTERCEPT ->
          run(
              options,
              InterceptSuite.SUITE,
              chosen ->
                  ProxyStage.intercept(
                      proxySettings(options), ScriptedProxy.open(functionSettings(options))));
      default -> throw new AssertionError("unhandled: " + options.suite());
    };
  }

  private <S extends Stage> int run(Options options, Suite<S> suite, Opening<S> opening)
      throws IOException {
    var chosen = options.selection().of(suite);
    if (options.isListing()) {
      list(chosen);
      return HOLDS;
    }
    var known = knownFailures(options, suite);
    List<Result> results;
    try (var stage = opening.open(chosen)) {
      results =
          new Runner(known, result -> out.println(TextReport.line(result))).play(chosen, stage);
    }
    return report(options, chosen, results);
  }

  private <S extends Stage> int report(Options options, Suite<S> suite, List<Result> results)
      throws IOException {
    results.stream()
        .filter(result -> !result.isGood())
        .forEach(result -> out.print(TextReport.details(result)));
    out.println();
    out.print(TextReport.summary(results));
    var reports = options.reports();
    if (reports != null) {
      Files.createDirectories(reports);
      write(reports.resolve("junit.xml"), JunitReport.of(suite.name(), results));
      write(reports.resolve("report.html"), HtmlReport.of(suite, results));
    }
    return results.stream().allMatch(Result::isGood) ? HOLDS : DOES_NOT_HOLD;
  }

  private void write(Path file, String text) throws IOException {
    Files.writeString(file, text);
    out.println("written: " + file);
  }

  private <S extends Stage> void list(Suite<S> suite) {
    for (var group : suite.groups()) {
      out.printf(
          "%n%s: %s (%s)%n",
          group.name(), group.title(), group.isOfOriginal() ? "original" : "extra");
      for (var rule : group.rules()) {
        out.printf("  %-8s %s%n", rule.id(), rule.demand());
      }
    }
  }

  private static <S extends Stage> KnownFailures knownFailures(Options options, Suite<S> suite)
      throws IOException {
    var file = options.knownFailures();
    if (file == null) {
      return KnownFailures.NONE;
    }
    var known = KnownFailures.read(file);
    var ids = suite.rules().stream().map(Rule::id).collect(Collectors.toSet());
    var unknown = known.unknownAmong(ids);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(file + ": no such rules: " + unknown);
    }
    return known;
  }

  private static ScriptedProxy.Settings functionSettings(Options options) {
    var function = options.function();
    return new ScriptedProxy.Settings(
        function.host(),
        function.port(),
        function.command(),
        function.log(),
        options.startTimeout(),
        options.patience());
  }

  private static ProxyStage.Settings proxySettings(Options options) {
    var proxy = options.proxy();
    var command = proxy.command();
    var environment = ProxyStage.environment(proxy.port(), options.listen());
    var program = command == null ? null : new Program(command, environment, proxy.log());
    return new ProxyStage.Settings(
        proxy.host(),
        proxy.port(),
        options.listen(),
        program,
        options.startTimeout(),
        ProxyStage.STAY,
        options.patience(),
        new ProxyStage.Limits(
            options.relayTimeout(), options.maxRequestBytes(), options.maxReplyBytes()));
  }
}
