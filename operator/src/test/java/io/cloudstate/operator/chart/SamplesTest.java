package io.cloudstate.operator.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cloudstate.operator.desired.Desired;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SamplesTest {

  static final Path FOLDER = Manifests.ROOT.resolve(Path.of("deploy", "samples"));

  static List<Path> samples() throws IOException {
    try (var files = Files.list(FOLDER)) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void everySampleIsTakenByApiServerAndOperator(Path sample) throws IOException {
    // Given
    var objects = Manifests.in(sample);
    // When
    objects.forEach(Resources::accept);
    var desired = Resources.desired(objects);
    // Then
    assertThat(desired).hasSize(1).flatExtracting(Desired::problems).isEmpty();
    assertThat(desired).flatExtracting(Desired::warnings).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void imagesAreTheOnesThatAreBuiltHere(Path sample) throws IOException {
    // Given
    var version = ChartTest.projectVersion();
    // When
    var images =
        Chart.ofKind(Manifests.in(sample), "StatefulService").map(SamplesTest::image).toList();
    // Then
    assertThat(images)
        .isSubsetOf(
            "localhost/cloudstate-sample-shopping-cart:" + version,
            "localhost/cloudstate-sample-chat:" + version);
  }

  private static String image(ObjectNode service) {
    return service.at("/spec/containers/0/image").asText();
  }

  @Test
  void samplesAreThoseOfTheGuide() throws IOException {
    // Given
    var guide = Files.readString(GuideTest.PAGE);
    // When, Then
    assertThat(samples())
        .allSatisfy(sample -> assertThat(guide).contains("deploy/samples/" + sample.getFileName()));
  }
}
