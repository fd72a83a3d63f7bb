package io.cloudstate.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudstate.operator.crd.Schema;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Only what every supported Kubernetes serves. */
class CurrentApisTest {

  private static final Set<String> SERVED =
      Set.of(
          "v1",
          "apps/v1",
          "autoscaling/v2",
          "networking.k8s.io/v1",
          "policy/v1",
          "rbac.authorization.k8s.io/v1");

  @ParameterizedTest
  @MethodSource("io.cloudstate.operator.desired.DesiredTest#cases")
  void objectsAreOfStableVersions(Path folder) throws IOException {
    assertThat(DesiredTest.desired(folder).objects())
        .extracting(HasMetadata::getApiVersion)
        .isSubsetOf(SERVED);
  }

  @Test
  void thereIsNoResourceThatNobodyReconciles() throws IOException {
    try (var files = Files.list(Path.of("..", "deploy", "crds"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("statefulservices.yaml", "statefulstores.yaml");
    }
    for (var plural : Set.of("statefulservices", "statefulstores")) {
      var definition =
          Schema.YAML.readTree(Path.of("..", "deploy", "crds", plural + ".yaml").toFile());
      assertThat(definition.get("apiVersion").asText()).isEqualTo("apiextensions.k8s.io/v1");
    }
  }
}
