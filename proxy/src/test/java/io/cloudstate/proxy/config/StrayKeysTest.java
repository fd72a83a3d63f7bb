package io.cloudstate.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrayKeysTest {

  @Test
  void unknownKeySuggestsTheNearestOne() {
    assertThat(in("cloudstate.proxy.http-prot = 9000").problems())
        .containsExactly(
            "cloudstate.proxy.http-prot: unknown key from String: 1"
                + " (did you mean cloudstate.proxy.http-port?)");
  }

  @Test
  void unknownKeyFarFromAllOthersPointsToTheDocumentation() {
    assertThat(in("cloudstate.proxy.colour = blue").problems())
        .containsExactly(
            "cloudstate.proxy.colour: unknown key from String: 1"
                + " (expected: a key of docs/reference/configuration.md)");
  }

  @Test
  void valueInPlaceOfAGroupNamesItsKeys() {
    assertThat(in("cloudstate.proxy.backoff = 5s").problems())
        .containsExactly(
            "cloudstate.proxy.backoff: unknown key from String: 1"
                + " (expected: backoff.min, backoff.max, backoff.random-factor)");
  }

  @Test
  void valueInPlaceOfAllKeysIsAProblem() {
    assertThat(in("cloudstate.proxy = 5").problems())
        .containsExactly("cloudstate.proxy: a single value from String: 1 (expected: keys)");
  }

  @Test
  void unknownKeyWithNothingInItIsStillUnknown() {
    assertThat(in("cloudstate.proxy { a = null, b = {}, \"c.d\" = [] }").problems()).hasSize(3);
  }

  @Test
  void unknownKeysAreReportedInOrderAndWithoutTheirValues() {
    assertThat(in("cloudstate.proxy { zzzzzzz = hunter2, jdbc.passwort = hunter2 }").problems())
        .hasSize(2)
        .noneMatch(problem -> problem.contains("hunter2"))
        .first()
        .asString()
        .startsWith("cloudstate.proxy.jdbc.passwort: unknown key");
  }

  @Test
  void ownKeysAndThoseOfOthersAreNoneOfItsBusiness() {
    // When
    var stray = in("akka.loglevel = INFO, cloudstate.proxy.backoff.min = 2s");
    // Then
    assertThat(stray.problems()).isEmpty();
    assertThat(stray.warnings()).isEmpty();
  }

  @Test
  void keyOfTheReferenceOnlyWarnsAndNamesWhatToUse() {
    // When
    var stray = in("cloudstate.proxy.passivation-timeout = 1m");
    // Then
    assertThat(stray.problems()).isEmpty();
    assertThat(stray.warnings())
        .containsExactly(
            "cloudstate.proxy.passivation-timeout from String: 1 has no effect:"
                + " use `eventsourced-entity.passivation-timeout`");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ready-timeout",
        "proxy-parallelism",
        "eventsourced-entity.journal-enabled",
        "eventsourced-entity.read-journal",
        "eventsourced-entity.projection-support.enabled",
        "eventsourced-entity.projection-support.class",
        "value-entity.persistence.store",
        "value-entity.persistence.in-memory.store-class",
        "value-entity.persistence.jdbc.slick.numThreads",
        "value-entity.persistence.jdbc.tables.state.columnNames.typeUrl",
        "telemetry.prometheus.use-default-registry",
        "autoscaler.target-concurrency.user-function",
        "autoscaler.tick-period",
        "eventing.google-pubsub.project-id",
        "jdbc.create-tables-timeout",
        "postgres.profile",
        "postgres.driver",
        "journal-enabled",
        "passivation-timeout",
        "container-concurrency",
        "action-timeout",
        "action-timeout-poll-period",
        "stats.report-period"
      })
  void everyKeyOfTheReferenceOnlyWarns(String name) {
    // When
    var stray = in("cloudstate.proxy." + name + " = hunter2");
    // Then
    assertThat(stray.problems()).isEmpty();
    assertThat(stray.warnings())
        .singleElement()
        .asString()
        .startsWith("cloudstate.proxy." + name + " ")
        .doesNotContain("hunter2");
  }

  @Test
  void nameThatOnlyBeginsLikeAGroupOfTheReferenceIsUnknown() {
    assertThat(in("cloudstate.proxy.eventingx = 1").problems()).hasSize(1);
  }

  private static StrayKeys in(String hocon) {
    return StrayKeys.in(ConfigFactory.parseString(hocon));
  }
}
