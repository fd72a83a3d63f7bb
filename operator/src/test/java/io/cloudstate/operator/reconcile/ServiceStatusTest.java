package io.cloudstate.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.operator.crd.StatefulService;
import io.cloudstate.operator.crd.StatefulServiceStatus;
import io.cloudstate.operator.desired.Desired.Choice;
import io.cloudstate.operator.desired.Problem;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ServiceStatusTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00.123Z");
  private static final Instant LATER = NOON.plusSeconds(60);
  private static final Rollout DONE = rollout(Rollout.State.Ready, 1);
  private static final Rollout PARTLY = rollout(Rollout.State.PartiallyReady, 1);
  private static final Problem REFUSED = new Problem("ConfigValid", "ReservedPort", "port 8013");
  private static final Problem NO_STORE = new Problem("StoreReady", "StoreNotFound", "no db");
  private static final Problem FAILED = new Problem("Progressing", "ApplyFailed", "500");

  @Test
  void isReadyWhenNothingIsWrongAndTheRolloutIsOver() {
    assertThat(texts(status(null, List.of(), DONE)))
        .containsExactly(
            "Available True Available",
            "ConfigValid True Valid",
            "Progressing False RolledOut",
            "Ready True Ready",
            "StoreReady True StoreFound");
    assertThat(status(null, List.of(), DONE).summary()).isEqualTo("Ready");
    assertThat(status(null, List.of(), PARTLY).summary()).isEqualTo("PartiallyReady");
  }

  @Test
  void problemsComeBeforeTheRolloutAndThoseOfTheSpecFirst() {
    assertThat(status(null, List.of(NO_STORE), DONE).summary()).isEqualTo("StoreNotFound");
    assertThat(status(null, List.of(FAILED), DONE).summary()).isEqualTo("ApplyFailed");
    assertThat(texts(status(null, List.of(NO_STORE, REFUSED), DONE)))
        .containsExactly(
            "Available True Available",
            "ConfigValid False ReservedPort",
            "Progressing False RolledOut",
            "Ready False ReservedPort",
            "StoreReady False StoreNotFound");
  }

  @Test
  void whenAStatusChangedIsKeptWhileOnlyTextsChange() {
    // Given
    var first = status(null, List.of(NO_STORE), DONE);
    // When
    var other = new Problem("StoreReady", "SecretNotFound", "no secret");
    var second = at(LATER, service(first, 2), List.of(other), null, DONE);
    var third = at(LATER, service(second, 2), List.of(), null, DONE);
    // Then
    assertThat(since(first, "StoreReady")).isEqualTo("2026-01-01T12:00:00Z");
    assertThat(since(second, "StoreReady")).isEqualTo("2026-01-01T12:00:00Z");
    assertThat(since(third, "StoreReady")).isEqualTo("2026-01-01T12:01:00Z");
    assertThat(since(third, "ConfigValid")).isEqualTo("2026-01-01T12:00:00Z");
    assertThat(second.observedGeneration()).isEqualTo(2);
    assertThat(second.conditions()).allMatch(each -> each.getObservedGeneration() == 2);
  }

  @Test
  void theChoiceStaysWhenNothingWasApplied() {
    // Given
    var first = at(NOON, service(null, 1), List.of(), new Choice("i:1", "s1", "h1"), DONE);
    // When
    var second = at(LATER, service(first, 2), List.of(REFUSED), null, DONE);
    // Then
    assertThat(List.of(second.proxyImage(), second.specHash(), second.storeHash()))
        .containsExactly("i:1", "s1", "h1");
  }

  @Test
  void theSameAgainIsNoChangeWhateverOthersSayAndInWhateverOrder() {
    // Given
    var status = status(null, List.of(), DONE);
    var said = new ArrayList<>(status.conditions());
    Collections.reverse(said);
    said.add(0, new ConditionBuilder().withType("Audited").withStatus("True").build());
    var service = service(withConditions(status, said), 1);
    // Then
    assertThat(ServiceStatus.says(service, at(LATER, service, List.of(), null, DONE))).isTrue();
    assertThat(ServiceStatus.says(service, at(LATER, service, List.of(), null, PARTLY))).isFalse();
    assertThat(ServiceStatus.says(service(null, 1), status)).isFalse();
  }

  @Test
  void whateverHappensEachTypeIsThereOnceAndChangesWithItsStatus() {
    // Given
    var random = new Random(11);
    var all = List.of(REFUSED, NO_STORE, FAILED);
    StatefulServiceStatus before = null;
    for (int second = 0; second < 500; second++) {
      // When
      var problems = all.stream().filter(problem -> random.nextBoolean()).toList();
      var now = NOON.plusSeconds(second);
      var rollout = random.nextBoolean() ? DONE : PARTLY;
      var service = service(before, second);
      var status = at(now, service, problems, null, rollout);
      // Then
      assertThat(status.conditions()).extracting(Condition::getType).doesNotHaveDuplicates();
      if (before != null) {
        var old = before;
        assertThat(status.conditions())
            .allSatisfy(
                condition ->
                    assertThat(
                            condition
                                .getLastTransitionTime()
                                .equals(since(old, condition.getType())))
                        .isEqualTo(condition.getStatus().equals(is(old, condition.getType()))));
      }
      var after = service(status, second);
      assertThat(ServiceStatus.says(after, at(LATER, after, problems, null, rollout)))
          .as("settled at once")
          .isTrue();
      before = status;
    }
  }

  private static StatefulServiceStatus status(
      @Nullable StatefulServiceStatus before, List<Problem> problems, Rollout rollout) {
    return at(NOON, service(before, 1), problems, null, rollout);
  }

  private static StatefulServiceStatus at(
      Instant now,
      StatefulService service,
      List<Problem> problems,
      @Nullable Choice choice,
      Rollout rollout) {
    return ServiceStatus.of(service, problems, choice, rollout, now);
  }

  private static StatefulService service(@Nullable StatefulServiceStatus status, long generation) {
    var service = new StatefulService();
    service.setMetadata(new ObjectMetaBuilder().withName("s").withGeneration(generation).build());
    service.setStatus(status);
    return service;
  }

  private static StatefulServiceStatus withConditions(
      StatefulServiceStatus status, List<Condition> conditions) {
    return new StatefulServiceStatus(
        status.observedGeneration(),
        status.replicas(),
        status.readyReplicas(),
        status.availableReplicas(),
        status.updatedReplicas(),
        status.selector(),
        status.proxyImage(),
        status.specHash(),
        status.storeHash(),
        status.summary(),
        conditions);
  }

  private static List<String> texts(StatefulServiceStatus status) {
    return status.conditions().stream()
        .map(each -> each.getType() + " " + each.getStatus() + " " + each.getReason())
        .toList();
  }

  private static String since(StatefulServiceStatus status, String type) {
    return condition(status, type).getLastTransitionTime();
  }

  private static String is(StatefulServiceStatus status, String type) {
    return condition(status, type).getStatus();
  }

  private static Condition condition(StatefulServiceStatus status, String type) {
    return status.conditions().stream()
        .filter(condition -> condition.getType().equals(type))
        .findFirst()
        .orElseThrow();
  }

  private static Rollout rollout(Rollout.State state, int available) {
    return new Rollout(state, "pods", 1, 1, available, available, 1);
  }
}
