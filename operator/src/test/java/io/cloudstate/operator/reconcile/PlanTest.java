package io.cloudstate.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.FieldsV1;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntryBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PlanTest {

  private static final String OWNER = "uid-1";

  @Test
  void whatIsNotThereIsApplied() {
    var plan = Plan.of(OWNER, List.of(wanted("a", "1"), wanted("b", "1")), Map.of(), Map.of());
    assertThat(plan.toApply())
        .extracting(each -> each.getMetadata().getName())
        .containsExactly("a", "b");
    assertThat(plan.toRemove()).isEmpty();
  }

  @Test
  void whatIsThereButWasNotAppliedByThisProcessIsApplied() {
    var plan = plan(List.of(wanted("a", "1")), List.of(live("a", OWNER, "f:x")), Map.of());
    assertThat(plan.toApply()).hasSize(1);
  }

  @Test
  void whatIsAsAppliedIsLeftWhateverOthersAdded() {
    // Given
    var wanted = wanted("a", "1");
    var after = live("a", OWNER, "f:x");
    var applied = Map.of(Ref.of(wanted), Applied.of(wanted, after));
    // When
    var seen =
        new ConfigMapBuilder(after)
            .addToData("more", "of others")
            .editMetadata()
            .withResourceVersion("99")
            .endMetadata()
            .build();
    // Then
    assertThat(plan(List.of(wanted), List.of(seen), applied).toApply()).isEmpty();
  }

  @Test
  void whatIsWantedOtherwiseOrWasTakenFromUsOrIsAnotherOneIsApplied() {
    // Given
    var wanted = wanted("a", "1");
    var after = live("a", OWNER, "f:x");
    var applied = Map.of(Ref.of(wanted), Applied.of(wanted, after));
    var another = live("a", OWNER, "f:x");
    another.getMetadata().setUid("another");
    // Then
    assertThat(plan(List.of(wanted("a", "2")), List.of(after), applied).toApply()).hasSize(1);
    assertThat(plan(List.of(wanted), List.of(live("a", OWNER, "f:y")), applied).toApply())
        .hasSize(1);
    assertThat(plan(List.of(wanted), List.of(another), applied).toApply()).hasSize(1);
  }

  @Test
  void whatIsBeingDeletedIsLeftUntilItIsGone() {
    // Given
    var live = live("a", OWNER, "f:x");
    live.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");
    var unwanted = live("b", OWNER, "f:x");
    unwanted.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");
    // When
    var plan = plan(List.of(wanted("a", "1")), List.of(live, unwanted), Map.of());
    // Then
    assertThat(plan.toApply()).isEmpty();
    assertThat(plan.toRemove()).isEmpty();
  }

  @Test
  void onlyWhatTheServiceOwnsIsRemoved() {
    var plan =
        plan(
            List.of(wanted("a", "1")),
            List.of(live("b", OWNER, "f:x"), live("c", "uid-2", "f:x"), live("d", null, "f:x")),
            Map.of());
    assertThat(plan.toRemove())
        .extracting(each -> each.getMetadata().getName())
        .containsExactly("b");
  }

  @Test
  void anObjectOfSomebodyElseIsAProblemAndNothingAtAllIsDone() {
    var plan =
        plan(
            List.of(wanted("a", "1"), wanted("b", "1")),
            List.of(live("b", "uid-2", "f:x"), live("c", OWNER, "f:x")),
            Map.of());
    assertThat(plan.toApply()).isEmpty();
    assertThat(plan.toRemove()).isEmpty();
    assertThat(plan.problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.condition()).isEqualTo("ConfigValid");
              assertThat(problem.reason()).isEqualTo("NotOwned");
              assertThat(problem.message()).startsWith("ConfigMap b exists");
            });
  }

  private static Plan plan(
      List<HasMetadata> wanted, List<HasMetadata> live, Map<Ref, Applied> applied) {
    return Plan.of(
        OWNER,
        wanted,
        live.stream().collect(Collectors.toMap(Ref::of, Function.identity())),
        applied);
  }

  private static HasMetadata wanted(String name, String value) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace("n")
        .endMetadata()
        .addToData("x", value)
        .build();
  }

  private static ConfigMap live(
      String name, @org.jspecify.annotations.Nullable String owner, String... fields) {
    var own = new FieldsV1();
    Arrays.stream(fields).forEach(field -> own.setAdditionalProperty(field, Map.of()));
    var builder =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace("n")
            .withUid("uid-of-" + name)
            .withResourceVersion("7")
            .addToManagedFields(
                new ManagedFieldsEntryBuilder()
                    .withManager(Writer.FIELD_MANAGER)
                    .withOperation("Apply")
                    .withFieldsV1(own)
                    .build())
            .endMetadata();
    if (owner != null) {
      builder
          .editMetadata()
          .addNewOwnerReference()
          .withUid(owner)
          .endOwnerReference()
          .endMetadata();
    }
    return builder.build();
  }
}
