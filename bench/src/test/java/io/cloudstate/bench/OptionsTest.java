package io.cloudstate.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {

  @Test
  void withoutArgumentsEverythingIsMeasured() {
    assertThat(parse().scenarios())
        .extracting(Scenario::name)
        .containsExactly(
            "direct",
            "direct-32",
            "direct-1",
            "eventsourced-memory",
            "eventsourced-memory-32",
            "eventsourced-memory-1",
            "eventsourced-h2",
            "eventsourced-h2-32",
            "eventsourced-h2-1",
            "eventsourced-postgres",
            "eventsourced-postgres-32",
            "eventsourced-postgres-1",
            "value-memory",
            "value-memory-32",
            "value-memory-1",
            "value-postgres",
            "value-postgres-32",
            "value-postgres-1",
            "crdt-counter",
            "crdt-counter-32",
            "crdt-counter-1",
            "crdt-orset-large",
            "crdt-orset-large-32",
            "crdt-orset-large-1",
            "http-json",
            "http-json-32",
            "http-json-1",
            "action-unary",
            "action-unary-32",
            "action-unary-1",
            "action-streamed",
            "action-streamed-32",
            "action-streamed-1",
            "eventing-log",
            "eventing-log-32",
            "eventing-log-1",
            "eventing-log-memory",
            "eventing-log-memory-32",
            "eventing-log-memory-1",
            "eventing-topic",
            "eventing-topic-32",
            "eventing-topic-1",
            "entities",
            "entities-value",
            "entities-crdt",
            "start");
    assertThat(parse("all").scenarios()).isEqualTo(parse().scenarios());
    assertThat(parse("eventing").scenarios())
        .isNotEmpty()
        .allMatch(scenario -> scenario.name().startsWith("eventing-"));
  }

  @Test
  void clustersAreMeasuredOnlyWhenAskedFor() {
    assertThat(parse().scenarios()).noneMatch(scenario -> scenario.name().contains("cluster"));
    assertThat(parse("cluster").scenarios())
        .extracting(Scenario::name)
        .containsExactly(
            "cluster-single",
            "cluster-spread",
            "cluster-local",
            "cluster-remote",
            "cluster-local-1",
            "cluster-remote-1");
    assertThat(parse("cluster-postgres").scenarios())
        .hasSize(6)
        .allMatch(scenario -> scenario.name().startsWith("cluster-postgres-"))
        .allMatch(scenario -> scenario.kind().store() == Scenario.Store.POSTGRES);
  }

  @Test
  void aClusterIsComparedWithASingleNodeWithAsManyInFlight() {
    assertThat(onSingleNode("cluster-spread")).isEqualTo("cluster-single");
    assertThat(onSingleNode("cluster-postgres-spread-32")).isEqualTo("cluster-postgres-single-32");
  }

  @Test
  void anotherProxyIsNotAskedToFormACluster() {
    assertRefused(
        "--proxy-command with cluster-local-1 (expected: no cluster,",
        "--proxy-command",
        "false",
        "direct",
        "cluster-local-1");
    assertThat(parse("--proxy-command", "false").scenarios()).isEqualTo(parse().scenarios());
  }

  @Test
  void settingsOfTheProxyAreKeptAsTheyAre() {
    assertThat(parse("--proxy-setting", "a=1", "--proxy-setting", "b=x=y").proxySettings())
        .containsExactly("a=1", "b=x=y");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("--proxy-setting", "=1"))
        .withMessage("--proxy-setting: =1 (expected: NAME=VALUE)");
  }

  @Test
  void aBaseNameMeansTheBaseOnlyWithTheNumberInFlightOfTheOption() {
    var options = parse("eventsourced-h2", "--in-flight", "64");
    assertThat(options.scenarios()).extracting(Scenario::name).containsExactly("eventsourced-h2");
    assertThat(options.inFlight(options.scenarios().get(0))).isEqualTo(64);
  }

  @Test
  void aNumberInTheNameIsTheNumberInFlight() {
    var options = parse("--json", "direct-7", "--in-flight", "64");
    assertThat(options.inFlight(options.scenarios().get(0))).isEqualTo(7);
    assertThat(options.json()).isTrue();
  }

  @Test
  void javaOptionsAreWords() {
    assertThat(parse("--proxy-java-options", "-Da=1  -Db=2").proxyJavaOptions())
        .isEqualTo(List.of("-Da=1", "-Db=2"));
  }

  @Test
  void whatIsWrongIsNamedWithWhatWasExpected() {
    assertRefused("scenario entities-3 (expected: all or some of direct,", "entities-3");
    assertRefused("--duration: 0 (expected: a number from 1 to 1000000)", "--duration", "0");
    assertRefused("--warm-up: x (expected: a number from 0 to 1000000)", "--warm-up", "x");
    assertRefused("--logs needs a value", "--logs");
    assertRefused("unknown option --fast", "--fast");
    var all = parse().scenarios().size();
    assertRefused("--profile with " + all + " scenarios (expected: one)", "--profile", "file");
  }

  @Test
  void medianIsTheMiddleOne() {
    assertThat(Bench.median(List.of(9.0, 1.0, 5.0))).isEqualTo(5);
    assertThat(Bench.median(List.of(4.0, 1.0, 2.0, 9.0))).isEqualTo(3);
  }

  private static void assertRefused(String message, String... arguments) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse(arguments))
        .withMessageStartingWith(message);
  }

  private static String onSingleNode(String name) {
    return Scenario.parse(name).onSingleNode().name();
  }

  private static Options parse(String... arguments) {
    return Options.parse(Arrays.asList(arguments));
  }
}
