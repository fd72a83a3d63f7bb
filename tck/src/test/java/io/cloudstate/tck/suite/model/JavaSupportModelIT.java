package io.cloudstate.tck.suite.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.tck.driver.ScriptedProxy;
import io.cloudstate.tck.report.TextReport;
import io.cloudstate.tck.rule.Patience;
import io.cloudstate.tck.rule.Result;
import io.cloudstate.tck.rule.Result.Verdict;
import io.cloudstate.tck.run.KnownFailures;
import io.cloudstate.tck.run.Runner;
import io.cloudstate.testing.FreePort;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The suite on the published Java support library 0.5, whose protocol is 0.1. */
class JavaSupportModelIT {

  private static final Path JAR =
      Path.of("..", "samples", "java-support-0.5", "target", "shopping-cart-java-support.jar");

  /** The library's {@code CommandContext.effect} forgets the effect it is given. */
  private static final KnownFailures WITHOUT_EFFECTS =
      new KnownFailures(Set.of("em13", "em14", "em15", "em16", "em17"));

  @Test
  void holdsForEventSourcedEntitiesAndSaysWhatProtocol01DoesNotHave(@TempDir Path directory)
      throws IOException {
    var results = play(directory);

    assertThat(results)
        .allSatisfy(
            result -> assertThat(result.isGood()).as(() -> TextReport.details(result)).isTrue());
    assertThat(of(results, Verdict.PASSED)).hasSize(15).allMatch(id -> id.startsWith("em"));
    assertThat(of(results, Verdict.KNOWN_FAILURE)).hasSameElementsAs(WITHOUT_EFFECTS.ids());
    assertThat(reasons(results, "value")).contains("protocol 0.1 has no value entities");
    assertThat(reasons(results, "action")).contains("protocol 0.1 has no actions");
    assertThat(reasons(results, "crdt"))
        .contains("CRDTs of protocol 0.1 have other messages than those of 0.2");
  }

  private static List<Result> play(Path directory) throws IOException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java");
    var command =
        "exec %s -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp %s %s"
            .formatted(java, JAR.toAbsolutePath(), "io.cloudstate.samples.javasupport.TckMain");
    var settings =
        new ScriptedProxy.Settings(
            "127.0.0.1",
            FreePort.find(),
            command,
            directory.resolve("function.log"),
            Duration.ofSeconds(60),
            Patience.DEFAULT);
    try (var proxy = ScriptedProxy.open(settings)) {
      return new Runner(WITHOUT_EFFECTS, result -> {}).play(ModelSuite.suite(), proxy);
    }
  }

  private static List<String> of(List<Result> results, Verdict verdict) {
    return results.stream().filter(result -> result.verdict() == verdict).map(Result::id).toList();
  }

  private static String reasons(List<Result> results, String group) {
    return results.stream()
        .filter(result -> result.group().equals(group))
        .filter(result -> result.verdict() == Verdict.SKIPPED)
        .map(result -> Objects.toString(result.problem()))
        .distinct()
        .collect(Collectors.joining("\n"));
  }
}
