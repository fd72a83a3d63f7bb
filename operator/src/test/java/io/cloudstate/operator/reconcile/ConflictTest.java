package io.cloudstate.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConflictTest {

  @ParameterizedTest
  @CsvSource({
    "'conflict with \"kubectl-edit\" using apps/v1', kubectl-edit",
    "'conflict with \"kube-controller-manager\" with subresource \"scale\" using apps/v1 at 2026-01-01T00:00:00Z', kube-controller-manager",
    "'conflict with somebody', conflict with somebody"
  })
  void namesFieldAndManager(String message, String manager) {
    assertThat(Conflict.of(refusal(409, "FieldManagerConflict", message)))
        .containsExactly(new Conflict(".spec.replicas", manager));
  }

  @Test
  void otherRefusalsAreNone() {
    assertThat(Conflict.of(refusal(409, "FieldValueInvalid", "x"))).isEmpty();
    assertThat(Conflict.of(refusal(500, "FieldManagerConflict", "x"))).isEmpty();
    assertThat(Conflict.of(new KubernetesClientException("no answer"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "400, ObjectRefused, false",
    "403, ObjectRefused, false",
    "422, ObjectRefused, false",
    "409, ApplyFailed, true",
    "429, ApplyFailed, true",
    "500, ApplyFailed, true",
    "0, ApplyFailed, true"
  })
  void whatPassesByItselfIsToldApart(int code, String reason, boolean isPassing) {
    var refusal = Refusal.of(refusal(code, "Other", "x"), new Ref("Role", new Key("n", "r")));
    assertThat(refusal.problem().reason()).isEqualTo(reason);
    assertThat(refusal.problem().message()).isEqualTo("Role r: in the server's words");
    assertThat(refusal.isPassing()).isEqualTo(isPassing);
  }

  private static KubernetesClientException refusal(int code, String reason, String message) {
    return new KubernetesClientException(
        "refused",
        code,
        new StatusBuilder()
            .withMessage("in the server's words")
            .withNewDetails()
            .addNewCause(".spec.replicas", message, reason)
            .endDetails()
            .build());
  }
}
