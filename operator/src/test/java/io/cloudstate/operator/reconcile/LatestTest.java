package io.cloudstate.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LatestTest {

  private final Latest latest = new Latest();
  private final Ref ref = Ref.of(version("1"));

  @Test
  void theAnswerCountsUntilTheInformerHasSeenAnything() {
    // Given
    latest.wrote(version("2"), version("1"), 0);
    // Then
    assertThat(versionOf(version("1"), 0)).isEqualTo("2");
    assertThat(versionOf(version("3"), 0)).isEqualTo("3");
    assertThat(versionOf(version("1"), 0)).as("forgotten by then").isEqualTo("1");
  }

  @Test
  void whatWasCreatedIsThereBeforeTheInformerHasSeenIt() {
    // Given
    latest.wrote(version("1"), null, 0);
    // Then
    assertThat(latest.<ConfigMap>of(ref, null, 0)).isNotNull();
    latest.forget(ref);
    assertThat(latest.<ConfigMap>of(ref, null, 0)).isNull();
  }

  @Test
  void whatNoInformerEverSawDoesNotCountForEver() {
    // Given
    latest.wrote(version("1"), null, 0);
    // Then
    assertThat(latest.<ConfigMap>of(ref, null, TimeUnit.SECONDS.toNanos(59))).isNotNull();
    assertThat(latest.<ConfigMap>of(ref, null, TimeUnit.SECONDS.toNanos(61))).isNull();
  }

  private String versionOf(ConfigMap cached, long now) {
    var object = latest.of(ref, cached, now);
    return object == null ? "" : object.getMetadata().getResourceVersion();
  }

  private static ConfigMap version(String version) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName("a")
        .withNamespace("n")
        .withResourceVersion(version)
        .endMetadata()
        .build();
  }
}
