package io.cloudstate.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import org.junit.jupiter.api.Test;

class SecretKeysTest {

  @Test
  void keysAndVersionAreKeptAndNothingThatIsSecret() {
    // Given
    var store = new SecretKeys();
    var secret =
        new SecretBuilder()
            .withNewMetadata()
            .withName("s")
            .withNamespace("n")
            .withResourceVersion("7")
            .addToAnnotations("kubectl.kubernetes.io/last-applied-configuration", "hunter2")
            .endMetadata()
            .addToData("password", "hunter2")
            .build();
    // When
    store.put(store.getKey(secret), secret);
    // Then
    var kept = store.values().findFirst().orElseThrow();
    assertThat(store.get("n/s")).isSameAs(kept);
    assertThat(kept.getData()).containsOnlyKeys("password");
    assertThat(kept.getMetadata().getResourceVersion()).isEqualTo("7");
    assertThat(kept.toString()).doesNotContain("hunter2");
    store.remove("n/s");
    assertThat(store.size()).isZero();
  }
}
